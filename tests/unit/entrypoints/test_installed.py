"""Rows that other packages declare: how they are found, and what is said about those that cannot be used."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tradecore.model.errors import Invalid, Unavailable
from tradecore_app.installed import forget_installed
from tradecore_app.registry import find_row, rows
from tradecore_app.settings import read_settings

Install = Callable[..., None]
MODULE = """
from contextlib import nullcontext
from pydantic import Field
from tradecore_adapters.rows import Context, Options

class RoadOptions(Options):
    speed: int = Field(default=1, validation_alias="TRADECORE_ROAD_SPEED", description="how fast")

def open_road(context: Context, options: RoadOptions, rest: str):
    return nullcontext((options.speed, rest))

def open_wrongly(context):
    return None
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package that declares one row of a port, by the files that installers write."""
    (tmp_path / "road_adapters.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(row: str, value: str = "road_adapters:open_road", *, port: str = "market", package: str = "road") -> None:
        folder = tmp_path / f"{package}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[tradecore.{port}]\n{row} = {value}\n")
        forget_installed()

    yield make
    monkeypatch.undo()
    forget_installed()


def test_a_row_of_another_package_is_found_after_ours(install: Install) -> None:
    install("road")
    assert list(rows("market"))[-1] == "road"
    row, rest = find_row("market", "road:REST:MORE")
    assert (row.package, rest, row.missing()) == ("road", "REST:MORE", None)
    assert "road" not in rows("news")


def test_an_address_is_passed_whole(install: Install) -> None:
    install("road")
    assert find_row("market", "road://host/path")[1] == "road://host/path"
    assert find_row("market", "road:https://host")[1] == "https://host"


def test_our_names_cannot_be_taken(install: Install) -> None:
    install("sample")
    assert rows("market")["sample"].package == "tradecore"


def test_a_name_of_two_packages_is_refused_with_both(install: Install) -> None:
    install("road")
    install("road", package="street")
    with pytest.raises(Unavailable, match=r"Both (road and street|street and road) bring an adapter 'road' for market"):
        find_row("market", "road:")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("road_adapters:open_wrongly", "TypeError: A row is a function of three parameters"),
        ("road_adapters:nothing", "AttributeError"),
        ("no_such_module:open", "ModuleNotFoundError"),
    ],
)
def test_a_row_that_cannot_be_loaded_says_why_and_harms_no_other(value: str, reason: str, install: Install) -> None:
    install("road", value)
    assert reason in (rows("market")["road"].missing() or "")
    assert read_settings().market.source == "sample:"
    with pytest.raises(Unavailable, match=f"'road' of road cannot be loaded: {reason}"):
        read_settings(market="road:")


def test_options_of_a_chosen_row_are_settings(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("road")
    (options,) = read_settings(market="road:", road_speed="7").other_options
    assert options.speed == 7  # type: ignore[attr-defined]
    monkeypatch.setenv("TRADECORE_ROAD_SPEED", "8")
    (options,) = read_settings(market="road:").other_options
    assert options.speed == 8  # type: ignore[attr-defined]
    monkeypatch.setenv("TRADECORE_ROAD_SPEED", "hush")
    with pytest.raises(Invalid, match=r"^TRADECORE_ROAD_SPEED: Input should be a valid integer"):
        read_settings(market="road:")


def test_options_of_a_row_that_is_not_chosen_are_not_read(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("road")
    monkeypatch.setenv("TRADECORE_ROAD_SPEED", "hush")
    assert read_settings().other_options == ()


def test_a_misspelt_option_of_a_chosen_row_is_refused(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("road")
    monkeypatch.setenv("TRADECORE_ROAD_SPEDE", "1")
    with pytest.raises(Invalid, match=r"^TRADECORE_ROAD_SPEDE: .* nearest is TRADECORE_ROAD_SPEED$"):
        read_settings(market="road:")
