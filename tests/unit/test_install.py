"""What an installation of the embedded default costs: its packages, their size, and the pins that say so."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LIMIT_MB = 90


def runtime_packages() -> dict[str, Distribution]:
    """tradecore and everything it needs on this platform without an extra, by normalised name."""
    closure: dict[str, Distribution] = {}
    waiting = [Requirement("tradecore")]
    while waiting:
        requirement = waiting.pop()
        name = normalised(requirement.name)
        if name in closure:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError as error:
            raise AssertionError(f"{name} is needed at run time and is not installed.") from error
        closure[name] = package
        extras = ["", *requirement.extras]
        waiting += [
            needed
            for needed in map(Requirement, package.requires or [])
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return closure


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_bytes(package: Distribution) -> int:
    """The size of a package's files, without bytecode, which not every installation stores."""
    paths = (file.locate() for file in package.files or [] if not str(file).endswith(".pyc"))
    return sum(path.stat().st_size for path in map(Path, paths) if path.is_file())


def pins(lock: str) -> dict[str, str]:
    """The exact version of each package that a lock file pins."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {normalised(name): version for name, version in lines}


def test_what_runs_takes_less_than_ninety_megabytes() -> None:
    sizes = {name: installed_bytes(package) / 1e6 for name, package in runtime_packages().items()}
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    assert 20 < sum(sizes.values()) < LIMIT_MB, f"{sum(sizes.values()):.1f} MB; the largest are {largest}"


@pytest.mark.parametrize("heavy", ["numpy", "pandas", "exchange-calendars", "openai", "anthropic", "dramatiq"])
def test_what_runs_needs_no_data_frames_and_no_sdk_of_an_extra(heavy: str) -> None:
    assert heavy not in runtime_packages()


def test_the_pins_of_what_runs_cover_it_and_agree_with_the_pins_of_the_tests() -> None:
    run, full = pins("requirements-run.lock"), pins("requirements.lock")
    assert set(runtime_packages()) - {"tradecore"} <= set(run)
    assert run.items() <= full.items()
