"""Markets: where daily prices come from. One row per kind; the setting is `KIND` or `KIND:ARGUMENT`."""

from collections.abc import Callable
from pathlib import Path

from tradecore.model.errors import Invalid
from tradecore.ports.market import Market
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.sample import SampleMarket


def _sample(argument: str) -> Market:
    if argument:
        raise Invalid.one("market", "The market 'sample' takes no argument; write sample, or csv:FOLDER.")
    return SampleMarket()


def _csv(argument: str) -> Market:
    if not argument:
        raise Invalid.one("market", "The market 'csv' needs a folder; write csv:FOLDER.")
    folder = Path(argument).expanduser()
    if not folder.is_dir():
        raise Invalid.one(
            "market", f"The market 'csv:{argument}' names no folder; write csv: and a folder of CSV files."
        )
    return CsvMarket(folder)


MARKETS: dict[str, Callable[[str], Market]] = {"sample": _sample, "csv": _csv}


def open_market(setting: str) -> Market:
    """The market that a setting such as `sample` or `csv:FOLDER` names. Raises Invalid, naming the kinds there are."""
    kind, _, argument = setting.strip().partition(":")
    make = MARKETS.get(kind)
    if make is None:
        raise Invalid.one("market", f"There is no market {kind!r}; there are {', '.join(sorted(MARKETS))}.")
    return make(argument)
