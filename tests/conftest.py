"""What all tests share: the option that rewrites golden files, and the servers that some adapters need."""

import gc
import importlib
import os
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import ModuleType

import pytest
import structlog
from hypothesis import HealthCheck, settings

from servers import Databases, SettingOf, emptied, some_postgres, some_redis

# Thousands of applications are built and dropped beside a large heap; looking through it as often as Python does by
# default takes a sixth of the time.
gc.set_threshold(50_000, 20, 100)

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Tests ignore the settings of a developer's shell: no paid calls, no other servers, no recordings.
for name in list(os.environ):
    if name.startswith("TRADECORE_TEST_"):
        continue
    if name.startswith(("TRADECORE_", "OPENAI_", "ANTHROPIC_", "APCA_")) or name in (
        "API_KEY",
        "DATABASE_URL",
        "REDIS_URL",
    ):
        del os.environ[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--golden`, which rewrites golden files."""
    parser.addoption("--golden", action="store_true", help="rewrite golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are rewritten."""
    return bool(request.config.getoption("--golden"))


@pytest.fixture(scope="session", autouse=True)
def uncached_loggers() -> Iterator[None]:
    """A logger that is cached stays as a command has configured it, and other tests see none of its records."""
    configure = structlog.configure
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            structlog, "configure", lambda **options: configure(**{**options, "cache_logger_on_first_use": False})
        )
        yield


@pytest.fixture(scope="session")
def empyrical() -> ModuleType:
    """Returns, drawdowns and Sharpe ratios by others' formulas; a worker that needs none saves two seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("empyrical")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """One Postgres for all tests of a process, started with the first that needs it."""
    with some_postgres() as databases:
        yield databases


@pytest.fixture(scope="session")
def redis_address() -> Iterator[str]:
    """One Redis for all tests of a process, started with the first that needs it."""
    with some_redis() as address:
        yield address


@pytest.fixture(scope="session")
def setting_of(request: pytest.FixtureRequest) -> SettingOf:
    """Makes the setting that chooses an adapter, with an empty database or Redis where it needs one."""

    @asynccontextmanager
    async def setting(row: str) -> AsyncIterator[str]:
        if row == "postgresql":
            databases: Databases = request.getfixturevalue("postgres")
            async with databases.fresh() as address:
                yield address
        elif row.endswith("redis"):
            address = request.getfixturevalue("redis_address")
            await emptied(address)
            yield row.removesuffix("redis") + address
        else:
            yield f"{row}:"

    return setting
