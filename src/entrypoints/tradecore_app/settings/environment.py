"""The environment: which variables count as known, and secrets that are read from files."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from tradecore.model.errors import Problem

PREFIX = "TRADECORE_"
# Read by the client side of the command line and by the tests.
_OTHERS = frozenset({"TRADECORE_SERVER", "TRADECORE_EMAIL", "TRADECORE_PASSWORD"})
_TESTS = "TRADECORE_TEST_"
_RENAMED = {
    "TRADECORE_AT_ONCE": "TRADECORE_CONCURRENCY",
    "TRADECORE_MODEL_AT_ONCE": "TRADECORE_MODEL_CONCURRENCY",
}
# What other servers take from the environment.
_OPTIONS = {
    f"TRADECORE_{name.replace('-', '_').upper()}": f"tradecore serve --{name}"
    for name in ("host", "port", "tls-cert", "tls-key", "demo", "no-worker")
}
# Kubernetes sets these in every pod for a service whose name begins with "tradecore".
_SERVICE_LINK = re.compile(r"\w+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)")
_SERVICE_ADDRESS = re.compile(r"(tcp|udp|sctp)://")

_FILE = "_FILE"
# A file that holds one value is small; anything larger is the wrong file.
_MAX_FILE_BYTES = 64 * 1024


def unknown_variables(environment: Mapping[str, str], documented: Collection[str]) -> list[Problem]:
    """One problem for each variable with a value that begins with TRADECORE_ and is no setting."""
    problems = []
    for name, value in sorted(environment.items()):
        if not value or not name.upper().startswith(PREFIX) or name in documented or name in _OTHERS:
            continue
        if name.startswith(_TESTS) or name.removesuffix(_FILE) in documented or _is_service_link(name, value):
            continue
        if name in _RENAMED:
            problems.append(Problem(name, f"it is called {_RENAMED[name]} now; rename the variable"))
            continue
        if name in _OPTIONS:
            problems.append(Problem(name, f"this is an option, `{_OPTIONS[name]}`; remove the variable"))
            continue
        problems.append(no_such_setting(name, documented))
    return problems


def no_such_setting(name: str, known: Collection[str]) -> Problem:
    """The problem of a name that is not among `known`; its sentence gives the nearest one that is."""
    # Without the prefix, or every name would be close to every other.
    full_names = {setting.removeprefix(PREFIX).lower(): setting for setting in known}
    (nearest,) = get_close_matches(name.lower().removeprefix(PREFIX.lower()), full_names, n=1, cutoff=0)
    return Problem(name, f"there is no such setting; the nearest is {full_names[nearest]}")


def values_from_files(
    environment: Mapping[str, str], documented: Collection[str]
) -> tuple[dict[str, str], list[Problem]]:
    """Read the file that `<name>_FILE` names, for every documented name. Returns values by name, and the failures."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for name in sorted(documented):
        path = environment.get(name + _FILE)
        if not path:
            continue
        if environment.get(name):
            problems.append(Problem(name, f"both {name} and {name}{_FILE} are set; keep one of them"))
            continue
        try:
            values[name] = _read_value(Path(path))
        except (OSError, ValueError) as error:
            # The path is not repeated: whoever confuses the two variables puts the secret itself there.
            reason = error.strerror if isinstance(error, OSError) else error
            problems.append(Problem(name + _FILE, f"the file that it names cannot be read: {reason}"))
    return values, problems


def _read_value(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MAX_FILE_BYTES + 1)
    if len(content) > _MAX_FILE_BYTES:
        raise ValueError("It is larger than 64 KiB")
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("It is not UTF-8 text") from None


def _is_service_link(name: str, value: str) -> bool:
    if name.endswith("_PORT"):
        return _SERVICE_ADDRESS.match(value) is not None
    return _SERVICE_LINK.fullmatch(name) is not None
