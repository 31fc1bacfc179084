"""What all tests share: the option that rewrites golden files, and a frozen world to run use cases in."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--golden` write what the tests would otherwise compare."""
    parser.addoption("--golden", action="store_true", help="write golden files anew instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--golden"))
