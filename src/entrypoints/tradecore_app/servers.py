"""The rows of the tables that need a server: each loads its library when it is chosen, and says what is missing."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

from tradecore.model.errors import Unavailable
from tradecore.ports.store import Store
from tradecore_app.settings import Settings


def postgres_store(settings: Settings, address: str) -> AbstractAsyncContextManager[Store]:
    """The store in a Postgres database."""
    with _extra("postgres"):
        from tradecore_adapters.store.postgres import PostgresStore
    return PostgresStore(address)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise Unavailable(f"This needs more packages; run: pip install 'tradecore[{name}]'") from error
