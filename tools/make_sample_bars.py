"""Make the shipped sample of real daily bars from the public-domain stock table in the `bokeh-sampledata` package.

Run `python tools/make_sample_bars.py`; it rewrites src/adapters/tradecore_adapters/market/sample_bars/*.csv.gz,
the same bytes each time. One file per symbol: prices as traded, volume, the close adjusted for splits and dividends.
Rows whose open or close lies outside low..high are kept as they are; the reader repairs them and says so.
"""

import csv
import gzip
import io
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/adapters/tradecore_adapters/market/sample_bars"
HEADER = ("date", "open", "high", "low", "close", "volume", "adj close")


def read() -> dict[str, list[tuple[str, ...]]]:
    """The rows of each symbol, as text, in the order of the source."""
    packed = files("bokeh_sampledata").joinpath("_data", "stocks.csv.gz").read_bytes()
    rows = csv.reader(io.StringIO(gzip.decompress(packed).decode("utf-8")))
    next(rows)
    by_symbol: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name, *row in rows:
        by_symbol[name].append((*row[:6], f"{float(row[6]):.6f}"))
    return by_symbol


def write(name: str, rows: list[tuple[str, ...]]) -> Path:
    """Write one symbol's file; no time of writing goes into it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    table.writerows(sorted(rows))
    path = OUT / f"{name}.csv.gz"
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    return path


def main() -> None:
    """Write every symbol's file and say what it holds."""
    OUT.mkdir(exist_ok=True)
    for name, rows in sorted(read().items()):
        path = write(name, rows)
        print(f"{name}: {len(rows)} days, {min(rows)[0]} to {max(rows)[0]}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
