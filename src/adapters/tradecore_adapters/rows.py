"""What an adapter is opened with: the context of the installation, and options of its own.

A row is a function `open_row(context, options, rest)` that returns an async context manager of an adapter. `options` is
annotated with a subclass of `Options`, or with None. `rest` is what follows the first colon of the setting; an address,
such as `redis://HOST`, is passed whole.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from attrs import define, field
from pydantic import AliasChoices, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.errors import Unavailable
from tradecore.model.money import Costs
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store

if TYPE_CHECKING:
    import httpx2

# Timeout of each step of an HTTP call (connect, write, read), in seconds.
_HTTP_TIMEOUT = 10.0


class Options(BaseSettings):
    """Options of one adapter, read from environment variables.

    A field is read from the variables that its `validation_alias` documents, and from nothing else. Those of a row
    `acme` begin with TRADECORE_ACME_.
    """

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, extra="forbid", frozen=True, protected_namespaces=()
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keywords, then the environment: looking for files that are never configured takes half of the time."""
        return init_settings, env_settings


def variables(field: FieldInfo) -> tuple[str, ...]:
    """The environment variables that a field is read from, the first before the others.

    Raises TypeError for a field that documents none.
    """
    alias = field.validation_alias
    if isinstance(alias, str):
        return (alias,)
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    raise TypeError("A setting names its environment variables in validation_alias.")


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


@define
class Context:
    """What an installation offers to its adapters.

    `folder`: the data folder, which may not exist yet. `now`: the current time, aware UTC. `monotonic`: seconds of a
    clock that never goes back. `chance`: a random number in [0, 1). `secrets`: the signing secrets, the current one
    first. `costs`: fees and slippage of trading on paper. `live_trading`: whether trading with real money is allowed.
    `news_interval`: the least time between two fetches of a news source. `record` and `replay`: the folders in which
    answers of models and commands are recorded, and from which they are replayed; None where they are not.
    """

    folder: Path
    now: Now
    monotonic: Callable[[], float]
    new_id: NewId
    chance: Callable[[], float]
    secrets: Callable[[], Sequence[str]]
    costs: Costs
    live_trading: bool = False
    news_interval: timedelta = timedelta(minutes=15)
    record: Path | None = None
    replay: Path | None = None
    _store: Store | None = field(default=None, alias="store")
    _market: QuotingMarket | None = field(default=None, alias="market")
    _sources: Sources | None = field(default=None, alias="sources")
    _models: ModelRouter | None = field(default=None, alias="models")
    _http: "httpx2.AsyncClient | None" = field(default=None, init=False)

    @property
    def store(self) -> Store:
        """The store, for every row but one of a store. Raises Unavailable before it is open."""
        if self._store is None:
            raise Unavailable("The store is opened first, so the adapter of a store cannot use another one.")
        return self._store

    @property
    def market(self) -> QuotingMarket:
        """The market, for brokers: its prices are in the currency of accounts. Raises Unavailable before it is open."""
        if self._market is None:
            raise Unavailable("The market is opened after the store, and before the broker; only a broker can use it.")
        return self._market

    @property
    def sources(self) -> Sources:
        """The prices and news that evidence is collected from, for engines. Raises Unavailable before they are open."""
        if self._sources is None:
            raise Unavailable("Prices and news are opened before the engines; only an engine can use them together.")
        return self._sources

    @property
    def models(self) -> ModelRouter:
        """The language models that are configured, for engines. Raises Unavailable before they are open."""
        if self._models is None:
            raise Unavailable("Language models are opened before the engines; only an engine can use them.")
        return self._models

    @property
    def http(self) -> "httpx2.AsyncClient":
        """The HTTP client that adapters share; the installation closes it at its end."""
        if self._http is None:
            # It takes a while to load, and the defaults need no network.
            import httpx2

            self._http = httpx2.AsyncClient(timeout=_HTTP_TIMEOUT)
        return self._http

    def offer(
        self,
        *,
        store: Store | None = None,
        market: QuotingMarket | None = None,
        sources: Sources | None = None,
        models: ModelRouter | None = None,
    ) -> None:
        """Offer what was opened to the adapters that are opened later."""
        self._sources = sources or self._sources
        self._models = models or self._models
        self._store = store or self._store
        self._market = market or self._market

    async def aclose(self) -> None:
        """Close the HTTP client, if it was used."""
        if self._http is not None:
            await self._http.aclose()
