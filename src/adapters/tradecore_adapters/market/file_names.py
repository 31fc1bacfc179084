"""Which file of a folder holds the prices of a symbol, as people and vendors name files."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from attrs import field, frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import Symbol
from tradecore.model.market import symbol as read_symbol

# What downloads put behind a symbol: nvda_d, BTC-USD-1d, NVDA_daily, NVDA Historical Data; and browsers: NVDA (1).
_COPY = re.compile(r" ?\(\d{1,3}\)$")
_TAIL = re.compile(
    r"_d$|[-_. ](?:1d|d1|daily|1day|1440)(?:[-_]data)?$|[-_ ]historical(?:[-_ ](?:data|prices))?$", re.IGNORECASE
)
# Files that begin with the exchange: `NASDAQ_NVDA, 1D` and `BATS_NVDA, 1D_0fe2a` of TradingView, and
# `Binance_BTCUSDT_d` of CryptoDataDownload.
_OF_EXCHANGE = re.compile(r"[A-Z0-9_]{2,15}_(?P<name>[^_,]+), ?1D(?:_[0-9a-f]{4,8})?")
_OF_CRYPTO_EXCHANGE = re.compile(
    r"(?:binance|bitstamp|bitfinex|coinbase|gemini|kraken|okx|okcoin|kucoin|bybit|bittrex|poloniex)_(?P<name>[a-z0-9]+)_d",
    re.IGNORECASE,
)
_UNITED_STATES = re.compile(r"[._-]us$", re.IGNORECASE)
_SPLITS = ".splits"
_JOINED = re.compile(r"([A-Z0-9]{3,10}?)(USDT|USDC|BUSD|FDUSD|USD|EUR)")


@frozen
class PriceFiles:
    """The price files of a folder by symbol, and beside some of them a file of splits, `SYMBOL.splits.csv`.

    `several` has the symbols that more than one file could be meant for, `nameless` the files whose names hold none.
    """

    by_symbol: Mapping[Symbol, Path]
    splits: Mapping[str, Path]
    several: Mapping[Symbol, Sequence[Path]] = field(factory=dict)
    nameless: Sequence[Path] = ()

    def splits_of(self, path: Path) -> Path | None:
        """The file of splits that belongs to a price file, named after the file or after its symbol."""
        return self.splits.get(path.stem.lower()) or self.splits.get(_without_tail(path.stem).lower())

    def file_of(self, symbol: Symbol, folder: str) -> Path:
        """The file of a symbol, also under another spelling of it: BRK-B for BRK.B, BTCUSDT for BTC/USDT.

        Raises Invalid where there is none, with names that are near, or where several files fit.
        """
        path = self.by_symbol.get(symbol) or self.by_symbol.get(Symbol(re.sub("[/:]", "-", symbol)))
        if path is not None:
            return path
        if symbol in self.several:
            files = " and ".join(repr(path.name) for path in self.several[symbol])
            raise Invalid.one(
                "symbol", f"The CSV folder {folder!r} has {files} for {symbol}; keep one, or name one {symbol}.csv."
            )
        same = [name for name in self.by_symbol if _spelling(name) == _spelling(symbol)]
        if len(same) == 1:
            return self.by_symbol[same[0]]
        names = sorted(self.by_symbol)
        if same:
            raise Invalid.one(
                "symbol", f"The CSV folder {folder!r} has {' and '.join(sorted(same))} for {symbol}; name one of them."
            )
        shown = ", ".join(names[:30]) or self._without_symbols()
        more = " and more" if len(names) > 30 else ""
        near = _near(symbol, names)
        suggestion = f" Did you mean {' or '.join(near)}?" if near else ""
        raise Invalid.one("symbol", f"The CSV folder {folder!r} has no {symbol}; it has {shown}{more}.{suggestion}")

    def _without_symbols(self) -> str:
        if not self.nameless:
            return "no CSV file"
        files = ", ".join(repr(path.name) for path in self.nameless[:5])
        return f"{files}, whose name is no symbol; name a file as its symbol"


def price_files(paths: Sequence[Path]) -> PriceFiles:
    """Take the names of files apart."""
    splits = {path.stem[: -len(_SPLITS)].lower(): path for path in paths if path.stem.lower().endswith(_SPLITS)}
    prices = [path for path in sorted(paths) if not path.stem.lower().endswith(_SPLITS)]
    named: dict[Symbol, Path] = {}
    nameless: list[Path] = []
    decorated: dict[Symbol, list[Path]] = {}
    for path in prices:
        short = _without_tail(path.stem)
        symbol = _symbol(short)
        if symbol is None:
            nameless.append(path)
        elif short == path.stem:
            named.setdefault(symbol, path)
        else:
            decorated.setdefault(symbol, []).append(path)
    several = {symbol: files for symbol, files in decorated.items() if symbol not in named and len(files) > 1}
    for symbol, files in decorated.items():
        if symbol not in named and len(files) == 1:
            named[symbol] = files[0]
            continue
        for path in files:
            own = _symbol(path.stem)
            if own is not None:
                named.setdefault(own, path)
    return PriceFiles(named, splits, several, nameless)


def _symbol(name: str) -> Symbol | None:
    try:
        return read_symbol(name.replace("_", "-"))
    except Invalid:
        return None


def _without_tail(stem: str) -> str:
    """The name of a file without what downloads put around a symbol."""
    short = _COPY.sub("", stem)
    given = _OF_EXCHANGE.fullmatch(short) or _OF_CRYPTO_EXCHANGE.fullmatch(short)
    short = given["name"] if given else _TAIL.sub("", short)
    return _UNITED_STATES.sub("", short) or stem


def _spelling(symbol: Symbol) -> str:
    """A symbol in the one spelling that stands for all of its spellings."""
    text = re.sub(r"[/:._]", "-", _UNITED_STATES.sub("", symbol).removesuffix("=X"))
    text = text.replace("XBT", "BTC", 1) if text.startswith("XBT") else text
    joined = _JOINED.fullmatch(text)
    return f"{joined[1]}-{joined[2]}" if joined else text


def _near(symbol: Symbol, names: Sequence[str]) -> list[str]:
    begin = [name for name in names if re.match(rf"{re.escape(symbol)}[-.=/]", name)]
    return list(dict.fromkeys([*begin, *get_close_matches(symbol, names, n=3, cutoff=0.6)]))[:3]
