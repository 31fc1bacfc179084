"""Prices of the market: a search for symbols, and daily bars."""

from datetime import date
from typing import Annotated

from litestar import Controller, get
from litestar.params import PathParameter, QueryParameter

from tradecore.model.market import AssetType, Symbol
from tradecore.model.traded_volume import usual_asset_type
from tradecore.use_cases.prices import MAX_BARS, MAX_LISTINGS
from tradecore_adapters.http.api import market_schemas as schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.requests import DAY_SCHEMA, SYMBOL_SCHEMA, DayText, SymbolText
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_QUERY = 100


class MarketController(Controller):
    """The prices that analyses rest on."""

    path = "/api/market"
    tags = ("market",)
    security = (ACCESS_TOKEN,)

    @get(
        "/symbols",
        before_request=require_strict_query,
        operation_id="searchSymbols",
        summary="Find symbols by a text",
        description="The text is a ticker, a pair or, where the source knows names, a name or part of one.",
        response_description="The symbols, the nearest first.",
        responses=errors_of(401, 429),
    )
    async def symbols(
        self,
        request: JsonRequest,
        core: Core,
        text: Annotated[
            str, QueryParameter(name="query", min_length=1, max_length=_MAX_QUERY, description="What to look for.")
        ],
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LISTINGS, description="Symbols at most.")] = 8,
    ) -> Succeeded[schemas.SymbolsData]:
        """The symbols that a text stands for."""
        return succeed(request.context, schemas.symbols_of(await core.search_symbols(text, limit=limit)))

    @get(
        "/{symbol:str}/bars",
        before_request=require_strict_query,
        operation_id="getBars",
        summary="Get daily bars of a symbol",
        description="Finished days only, as they were known at the end of the day `until`. A pair is written BTC-USD.",
        response_description="The bars, oldest first.",
        responses=errors_of(401, 429),
    )
    async def bars(
        self,
        request: JsonRequest,
        core: Core,
        symbol: Annotated[
            SymbolText, PathParameter(description="A symbol as people type it.", schema_extra={**SYMBOL_SCHEMA})
        ],
        asset_type: Annotated[
            AssetType | None,
            QueryParameter(name="assetType", description="By default crypto for pairs such as BTC-USD, else equity."),
        ] = None,
        until: Annotated[
            DayText | None,
            QueryParameter(description="The last day, by default today.", schema_extra={**DAY_SCHEMA, "oneOf": None}),
        ] = None,
        count: Annotated[int, QueryParameter(ge=1, le=MAX_BARS, description="Bars at most.")] = 250,
    ) -> Succeeded[schemas.BarsData]:
        """Daily bars of a symbol."""
        name = Symbol(str(symbol))
        kind = asset_type or usual_asset_type(name)
        last = None if until is None else date.fromisoformat(until)
        bars = await core.get_bars(name, kind, until=last, count=count)
        return succeed(request.context, schemas.bars_of(bars))
