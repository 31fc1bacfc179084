"""A folder of CSV files as a market: one file per symbol, read on the first question and again after a change."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from attrs import define, field

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.price_history import PriceHistory
from tradecore.model.traded_volume import pair
from tradecore_adapters.market.file_names import PriceFiles, price_files
from tradecore_adapters.market.price_table import read_prices, read_splits
from tradecore_adapters.market.text import decoded

# A daily file of a century is below 2 MB; something larger is another kind of file.
_LARGEST = 32 * 1024 * 1024

# The first of these that the folder has stands for the market.
_BENCHMARKS = {AssetType.EQUITY: ("SPY", "^GSPC", "VOO", "QQQ"), AssetType.CRYPTO: ("BTC-USD", "BTC/USDT", "BTC-USDT")}

_Stamp = tuple[tuple[int, int], ...]


def _expanded(folder: Path) -> Path:
    return folder.expanduser()


@define(eq=False)
class CsvMarket:
    """Daily bars from `folder`, one file per symbol; docs/prices.md says what files may look like.

    Files are matched against the folder's own listing, so no symbol leads out of it. Raises Unavailable at once when
    there is no such folder.
    """

    folder: Path = field(converter=_expanded)
    _series_read: dict[tuple[Path, Symbol], tuple[_Stamp, PriceHistory]] = field(factory=dict, init=False)
    # Of several questions about one file the first reads it; files do not wait for each other.
    _locks: dict[Path, Lock] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        if not self.folder.is_dir():
            raise Unavailable(
                f"TRADECORE_MARKET names no folder: {str(self.folder)!r}; write csv: and a folder of CSV files."
            )

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port; every symbol is accepted as either asset type."""
        series = await asyncio.to_thread(self._series, symbol)
        return series.window(as_of, count, self._source, asset_type)

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port."""
        series = await asyncio.to_thread(self._series, symbol)
        return series.quote(at, self._source)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port: the splits of the file and of the file of splits beside it; dividends are not read."""
        series = await asyncio.to_thread(self._series, symbol)
        return series.corporate_actions(since, until, self._source)

    @property
    def _source(self) -> PriceSource:
        return PriceSource(f"CSV folder {self.folder.name or self.folder}")

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """SPY, an S&P 500 series or QQQ for equities, a bitcoin pair for crypto, where the folder has one."""
        names = await self.symbols()
        return next((Symbol(name) for name in _BENCHMARKS[asset_type] if name in names), None)

    async def symbols(self) -> tuple[Symbol, ...]:
        """See the port."""
        files = await asyncio.to_thread(self._files)
        return tuple(sorted(files.by_symbol))

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """See the port: symbols by the names of files."""
        symbols = await self.symbols()
        types = {name: AssetType.EQUITY if pair(name) is None else AssetType.CRYPTO for name in symbols}
        return matching((Listing(name, name, types[name]) for name in symbols), query, limit)

    def _files(self) -> PriceFiles:
        try:
            paths = [path for path in self.folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file()]
        except OSError as error:
            raise Unavailable(
                f"The CSV folder {self.folder.name!r} cannot be read; check the folder named in TRADECORE_MARKET."
            ) from error
        return price_files(paths)

    def _series(self, symbol: Symbol) -> PriceHistory:
        files = self._files()
        path = files.file_of(symbol, self.folder.name)
        with self._locks.setdefault(path, Lock()):
            return self._current(symbol, path, files.splits_of(path))

    def _current(self, symbol: Symbol, path: Path, splits: Path | None) -> PriceHistory:
        try:
            paths = [path, splits] if splits else [path]
            stamp = tuple((facts.st_mtime_ns, facts.st_size) for facts in (part.stat() for part in paths))
            known = self._series_read.get((path, symbol))
            if known and known[0] == stamp:
                return known[1]
            if any(size > _LARGEST for _, size in stamp):
                raise Invalid.one("symbol", f"{path.name} is larger than 32 MB; it should hold one row per day.")
            text, where = self._text(path)
            events = read_splits(*self._text(splits)) if splits else ()
        except OSError as error:
            raise Unavailable(f"{path.name} in the CSV folder {self.folder.name!r} cannot be read.") from error
        series = read_prices(symbol, text, where, events)
        self._series_read[path, symbol] = (stamp, series)
        return series

    def _text(self, path: Path) -> tuple[str, str]:
        where = f"{path.name} in the CSV folder {self.folder.name!r}"
        return decoded(path.read_bytes(), where), where
