"""Which file of a folder holds the prices of a symbol, as people and vendors name files."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import Symbol
from tradecore.model.market import symbol as read_symbol

# What downloads put behind a symbol: nvda_d, BTC-USD-1d, NVDA_daily, NVDA Historical Data.
_TAIL = re.compile(r"_d$|[-_. ](?:1d|d1|daily|1day|1440)$|[-_ ]historical(?:[-_ ](?:data|prices))?$", re.IGNORECASE)
_UNITED_STATES = re.compile(r"[._-]us$", re.IGNORECASE)
_SPLITS = ".splits"
_JOINED = re.compile(r"([A-Z0-9]{3,10}?)(USDT|USDC|BUSD|FDUSD|USD|EUR)")


@frozen
class PriceFiles:
    """The price files of a folder by symbol, and beside some of them a file of splits, `SYMBOL.splits.csv`."""

    by_symbol: Mapping[Symbol, Path]
    splits: Mapping[str, Path]

    def splits_of(self, path: Path) -> Path | None:
        """The file of splits that belongs to a price file."""
        return self.splits.get(path.stem.lower())

    def file_of(self, symbol: Symbol, folder: str) -> Path:
        """The file of a symbol, also under another spelling of it: BRK-B for BRK.B, BTCUSDT for BTC/USDT.

        Raises Invalid where there is none, with names that are near, or where several files fit.
        """
        path = self.by_symbol.get(symbol) or self.by_symbol.get(Symbol(re.sub("[/:]", "-", symbol)))
        if path is not None:
            return path
        same = [name for name in self.by_symbol if _spelling(name) == _spelling(symbol)]
        if len(same) == 1:
            return self.by_symbol[same[0]]
        names = sorted(self.by_symbol)
        if same:
            raise Invalid.one(
                "symbol", f"The CSV folder {folder!r} has {' and '.join(sorted(same))} for {symbol}; name one of them."
            )
        shown = ", ".join(names[:30]) or "no CSV file"
        more = " and more" if len(names) > 30 else ""
        near = _near(symbol, names)
        suggestion = f" Did you mean {' or '.join(near)}?" if near else ""
        raise Invalid.one("symbol", f"The CSV folder {folder!r} has no {symbol}; it has {shown}{more}.{suggestion}")


def price_files(paths: Sequence[Path]) -> PriceFiles:
    """Take the names of files apart. A file whose name holds no symbol is passed over."""
    splits = {path.stem[: -len(_SPLITS)].lower(): path for path in paths if path.stem.lower().endswith(_SPLITS)}
    named: dict[Symbol, Path] = {}
    decorated: list[tuple[str, Path]] = []
    for path in sorted(paths):
        if path.stem.lower().endswith(_SPLITS):
            continue
        if _without_tail(path.stem) == path.stem:
            _put(named, path.stem, path)
        else:
            decorated.append((path.stem, path))
    for stem, path in decorated:
        if not _put(named, _without_tail(stem), path):
            _put(named, stem, path)
    return PriceFiles(named, splits)


def _put(named: dict[Symbol, Path], name: str, path: Path) -> bool:
    try:
        symbol = read_symbol(name.replace("_", "-"))
    except Invalid:
        return False
    return named.setdefault(symbol, path) is path


def _without_tail(stem: str) -> str:
    """The name of a file without what downloads put behind a symbol."""
    short = _TAIL.sub("", stem)
    return _UNITED_STATES.sub("", short) or stem


def _spelling(symbol: Symbol) -> str:
    """A symbol in the one spelling that stands for all of its spellings."""
    text = re.sub(r"[/:._]", "-", _UNITED_STATES.sub("", symbol).removesuffix("=X"))
    joined = _JOINED.fullmatch(text)
    return f"{joined[1]}-{joined[2]}" if joined else text


def _near(symbol: Symbol, names: Sequence[str]) -> list[str]:
    begin = [name for name in names if re.match(rf"{re.escape(symbol)}[-.=/]", name)]
    return list(dict.fromkeys([*begin, *get_close_matches(symbol, names, n=3, cutoff=0.6)]))[:3]
