"""Parsers of command-line arguments: days, asset types and analysts."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import rich_click as click

from tradecore.model.market import AssetType, symbol
from tradecore.model.steps import Analyst
from tradecore.model.traded_volume import usual_asset_type


class Day(click.ParamType[date]):
    """A calendar day, written as 2024-10-10."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse a day. Raises click.BadParameter, by way of `fail`, for any other text."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2024-10-10.", param, ctx)


class Dollars(click.ParamType[Decimal]):
    """An amount of US dollars, 0 or more."""

    name = "dollars"

    def convert(self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Parse an amount. Raises click.BadParameter, by way of `fail`, for any other text."""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal(-1)
        if not (amount.is_finite() and amount >= 0):
            self.fail(f"{value!r} is not an amount of US dollars; write it as 2.50.", param, ctx)
        return amount


def asset_type_of(text: str) -> AssetType:
    """CRYPTO for pairs such as BTC-USD, BTC/USDT or BTCUSDT, else EQUITY. Raises Invalid for what is no symbol."""
    return usual_asset_type(symbol(text))


def analysts_of(text: str) -> tuple[Analyst, ...]:
    """The analysts in a comma separated list. Raises click.BadParameter for unknown, repeated or no names."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in list(Analyst)]
    if unknown or not names or len(set(names)) < len(names):
        raise click.BadParameter(
            f"name each of {', '.join(Analyst)} at most once, and at least one.", param_hint="--analysts"
        )
    return tuple(Analyst(name) for name in names)
