"""The composition root: opens the adapters that the settings choose, and builds the use cases over them."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.ports.ambient import Now
from tradecore.ports.limits import Limiter
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.gather import SeedNews
from tradecore_adapters import ambient
from tradecore_adapters.news.sample import SAMPLE, sample_items
from tradecore_app.adapters import NONE_GIVEN, GivenAdapters, open_adapters
from tradecore_app.assembly.parts import make_parts
from tradecore_app.assembly.use_cases import make_use_cases
from tradecore_app.isolated_runner import IsolatedRunner
from tradecore_app.news_sources import read_digest_limits
from tradecore_app.sandbox import Sandbox
from tradecore_app.secrets import installation_key
from tradecore_app.settings import Settings


@frozen
class Assembled:
    """The use cases, and the adapters that processes work with directly."""

    settings: Settings
    core: Tradecore
    sources: Sources
    engines: Engines
    router: ModelRouter
    store: Store
    queue: JobQueue
    stream: EventStream
    limiter: Limiter
    # The clock of everything but leases.
    now: Now
    # The name of this process in leases.
    worker_id: str
    # Runs a job in a process of its own; None where another process could not open the same adapters.
    isolated: IsolatedRunner | None


@asynccontextmanager
async def assemble(
    settings: Settings, given: GivenAdapters = NONE_GIVEN, sandbox: Sandbox | None = None
) -> AsyncIterator[Assembled]:
    """Open the adapters that the settings choose and build the use cases over them; close them when the context ends.

    Adapters that are `given` are used in place of what the settings name. A `sandbox` is laid over the market, the
    engines and the claims of jobs.

    Raises Invalid for a setting that does not fit the others, Unavailable for an adapter that cannot be opened.
    """
    # Before the adapters, since a store that is opened is migrated.
    api_key, digest_limits = installation_key(settings), read_digest_limits(settings)
    async with open_adapters(settings, given, sandbox) as adapters:
        parts = make_parts(settings, adapters, digest_limits)
        core = make_use_cases(settings, adapters, parts, sandbox, api_key)
        for source in adapters.news:
            if source.name == SAMPLE:
                await SeedNews(adapters.store, parts.now)(source, sample_items())
        others_can_open = given == NONE_GIVEN and not settings.store.url.startswith("memory:")
        yield Assembled(
            settings,
            sandbox.core(core, parts.now) if sandbox else core,
            adapters.sources,
            adapters.engines,
            adapters.router,
            adapters.store,
            adapters.queue,
            adapters.stream,
            adapters.limiter,
            parts.now,
            worker_id=f"{socket.gethostname()}:{os.getpid()}:{ambient.new_id()[:8]}",
            isolated=IsolatedRunner(settings, sandbox) if others_can_open else None,
        )
