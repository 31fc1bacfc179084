"""Watchlists: named lists of symbols that a user follows."""

from collections.abc import Collection, Iterable
from datetime import datetime

from attrs import evolve, frozen

from tradecore.model.errors import Invalid, Problem
from tradecore.model.ids import UserId, WatchlistId
from tradecore.model.market import Symbol
from tradecore.model.money import Asset
from tradecore.model.position_import import parse_asset

POSITIONS = WatchlistId("positions")
"""The list of what a user holds, which every user has. It is made when it is read, and not stored."""
MAX_ASSETS = 100
MAX_NAME_LENGTH = 100
# Titles of a column of symbols in the files of brokers and other watchlists.
_TITLES = frozenset({"symbol", "symbols", "ticker", "tickers", "instrument"})


@frozen(kw_only=True)
class Watchlist:
    """Symbols that `user` follows, each once and in the order of the user. Times are aware UTC.

    Raises Invalid for a name or assets that are not possible.
    """

    id: WatchlistId
    user: UserId
    name: str
    assets: tuple[Asset, ...]
    created_at: datetime
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME_LENGTH or not self.name.isprintable():
            raise Invalid.one("name", f"The name of a watchlist has 1 to {MAX_NAME_LENGTH} printable characters.")
        if self.id != POSITIONS:
            check_assets(self.assets)

    def change(self, *, name: str | None = None, assets: Collection[Asset] | None = None) -> "Watchlist":
        """With another name or other symbols; None leaves something as it is. Raises Invalid as a new one does."""
        return evolve(
            self,
            name=self.name if name is None else name,
            assets=self.assets if assets is None else tuple(assets),
        )


def check_assets(assets: Collection[Asset]) -> None:
    """Raises Invalid unless there are 1 to MAX_ASSETS, each symbol once."""
    if not 1 <= len(assets) <= MAX_ASSETS:
        raise Invalid.one("assets", f"A list has 1 to {MAX_ASSETS} symbols; this one has {len(assets)}.")
    seen = set[Symbol]()
    for asset in assets:
        if asset.symbol in seen:
            raise Invalid.one("assets", f"{asset.symbol} is listed more than once.")
        seen.add(asset.symbol)


def parse_assets(lines: Iterable[str]) -> tuple[Asset, ...]:
    """The symbols of a text file, one a line and each once; what follows a comma, semicolon or tab is not read.

    A first line that is a title such as `Symbol`, and lines that are empty or begin with `#`, are left out. Raises
    Invalid, with a problem for each line that has no symbol.
    """
    assets, problems = dict[Asset, None](), list[Problem]()
    for number, line in enumerate(lines, 1):
        text = line.replace(";", ",").replace("\t", ",").partition(",")[0].strip().strip('"').strip()
        if not text or text.startswith("#") or (not assets and text.lower() in _TITLES):
            continue
        try:
            assets[parse_asset(text)] = None
        except Invalid as error:
            problems.append(Problem(f"line {number}", str(error)))
    if problems:
        raise Invalid(f"The list cannot be read: {problems[0].field}: {problems[0].message}", problems)
    return tuple(assets)
