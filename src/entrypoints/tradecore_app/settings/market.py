"""Settings of prices, company figures and exchange rates."""

import re
from collections.abc import Mapping

from pydantic import Field

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType
from tradecore_app.settings.group import Group

# What `live:` is short for.
_LIVE = {AssetType.EQUITY: "yahoo:{base}", AssetType.CRYPTO: "ccxt:kraken{at_base}"}
_TYPES = "|".join(AssetType)


class MarketSettings(Group):
    """Where prices, company figures and exchange rates come from."""

    source: str = Field(
        "sample:",
        validation_alias="TRADECORE_MARKET",
        description="sample:, csv:FOLDER, yahoo:, alpaca:, ccxt:EXCHANGE, live:, or equity=ROW,crypto=ROW",
    )
    fundamentals: str = Field(
        "none:",
        validation_alias="TRADECORE_FUNDAMENTALS",
        description="where company figures come from: sec:, files:FOLDER with documents of the SEC, or none:",
    )
    fx: str = Field(
        "none:",
        validation_alias="TRADECORE_FX",
        description="where exchange rates come from, for positions in other currencies: ecb:, or none:",
    )
    calendar: str = Field(
        "exchange:", validation_alias="TRADECORE_CALENDAR", description="where trading days come from: exchange:"
    )


def market_rows(setting: str) -> Mapping[AssetType, str]:
    """The row that a value of TRADECORE_MARKET names for each asset type; `live:BASE` replaces the hosts of both.

    Raises Invalid for a list that names an asset type twice.
    """
    if setting == "live" or setting.startswith("live:"):
        base = setting.partition(":")[2]
        return {kind: row.format(base=base, at_base=base and f"@{base}") for kind, row in _LIVE.items()}
    if not re.match(rf"({_TYPES})=", setting):
        return dict.fromkeys(AssetType, setting)
    rows: dict[AssetType, str] = {}
    # A row may hold commas of its own, as the name of a folder.
    for part in re.split(rf",\s*(?=(?:{_TYPES})=)", setting):
        kind, _, row = part.partition("=")
        if AssetType(kind) in rows:
            raise Invalid.one("market", f"TRADECORE_MARKET names {kind} twice; name one row for it.")
        rows[AssetType(kind)] = row.strip()
    return rows
