"""A folder of CSV files as a market: one file per symbol, read when asked for and again when it changed."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from attrs import define, field

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bars, PriceSource, Quote, Symbol
from tradecore.model.market import symbol as read_symbol
from tradecore_adapters.market.series import Series, read_table

# A daily file of a century is below 2 MB; something larger is another kind of file.
_LARGEST = 32 * 1024 * 1024

# The first of these that the folder has stands for the market.
_BENCHMARKS = {AssetType.EQUITY: ("SPY", "^GSPC", "VOO", "QQQ"), AssetType.CRYPTO: ("BTC-USD", "BTC/USDT", "BTC-USDT")}


def _expanded(folder: Path) -> Path:
    return folder.expanduser()


@define(eq=False)
class CsvMarket:
    """Daily bars from `folder`, a file `SYMBOL.csv` each with date,open,high,low,close,volume.

    A pair with a slash, such as BTC/USDT, is looked for under `BTC-USDT` and `BTC_USDT`. Files are matched against the
    folder's own listing, so no symbol leads out of it. Raises Unavailable at once when there is no such folder.
    """

    folder: Path = field(converter=_expanded)
    _read: dict[Path, tuple[tuple[int, int], Series]] = field(factory=dict, init=False)
    # Many ask for the same file at once; one of them reads it.
    _reading: Lock = field(factory=Lock, init=False)

    def __attrs_post_init__(self) -> None:
        if not self.folder.is_dir():
            raise Unavailable(
                f"TRADECORE_MARKET names no folder: {str(self.folder)!r}; write csv: and a folder of CSV files."
            )

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port; any symbol may be asked for as either asset type."""
        series = await asyncio.to_thread(self._series, symbol)
        return series.window(as_of, count, self._source)

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port."""
        series = await asyncio.to_thread(self._series, symbol)
        newest = series.newest(at.date())
        return Quote(symbol=symbol, price=newest.close, day=newest.day, at=at, source=self._source)

    @property
    def _source(self) -> PriceSource:
        return PriceSource(f"CSV folder {self.folder.name or self.folder}")

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """SPY, an S&P 500 series or QQQ for equities, a bitcoin pair for crypto, where the folder has one."""
        have = await self.symbols()
        return next((Symbol(name) for name in _BENCHMARKS[asset_type] if name in have), None)

    async def symbols(self) -> tuple[Symbol, ...]:
        """See the port."""
        return tuple(sorted(await asyncio.to_thread(self._files)))

    def _files(self) -> dict[Symbol, Path]:
        try:
            paths = sorted(path for path in self.folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
        except OSError as error:
            raise Unavailable(
                f"The CSV folder {self.folder.name!r} cannot be read; check the folder named in TRADECORE_MARKET."
            ) from error
        files: dict[Symbol, Path] = {}
        for path in paths:
            try:
                files.setdefault(read_symbol(path.stem.replace("_", "-")), path)
            except Invalid:
                continue
        return files

    def _series(self, symbol: Symbol) -> Series:
        files = self._files()
        path = files.get(symbol) or files.get(Symbol(symbol.replace("/", "-")))
        if path is None:
            shown = ", ".join(sorted(files)[:30]) or "no CSV file"
            more = " and more" if len(files) > 30 else ""
            raise Invalid.one("symbol", f"The CSV folder {self.folder.name!r} has no {symbol}; it has {shown}{more}.")
        with self._reading:
            return self._current(symbol, path)

    def _current(self, symbol: Symbol, path: Path) -> Series:
        try:
            facts = path.stat()
            stamp = (facts.st_mtime_ns, facts.st_size)
            known = self._read.get(path)
            if known and known[0] == stamp:
                return known[1]
            if facts.st_size > _LARGEST:
                raise Invalid.one("symbol", f"{path.name} is larger than 32 MB; it should hold one row per day.")
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
                series = read_table(symbol, lines, f"{path.name} in the CSV folder {self.folder.name!r}")
        except OSError as error:
            raise Unavailable(f"{path.name} in the CSV folder {self.folder.name!r} cannot be read.") from error
        self._read[path] = (stamp, series)
        return series
