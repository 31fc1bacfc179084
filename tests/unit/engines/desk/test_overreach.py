"""Numbers of the evidence under another name, for another company, span or unit are found; true sentences are kept."""

import pytest

from tradecore.engines.desk.statements import statement
from tradecore.engines.desk.validate import unsupported
from tradecore_app.sentence_corpus import cases

FALSE = [
    ("nvda", "The P/E ratio is 67.6.", "rsi"),
    ("nvda", "EPS of 1.21 beat all estimates.", "macd"),
    ("nvda", "The dividend yield is 1.6%.", "change.1"),
    ("aapl", "Services revenue grew 15.5%.", "sma.200"),
    ("aapl", "Gross margin is 41%.", "volume.up"),
    ("aapl", "Implied volatility is 22.8%.", "volatility"),
    ("nvda", "Analysts target 149.81.", "level.target.long.range"),
    ("btc", "Its market cap is 33,320 million.", "turnover"),
    ("nvda", "AMD closed at 134.76 on 2024-10-10.", "close"),
    ("btc", "ETH closed at 62,440.63.", "close"),
    ("nvda", "NVDA hit its all-time high of 140.69.", "range.high"),
    ("aapl", "The close is 39.9% above its all-time low.", "range.low"),
    ("nvda", "The short stop of 124.72 limits the loss.", "level.stop.long.range"),
    ("aapl", "The long target at 213.89 is within reach.", "level.target.short.range"),
    ("aapl", "A target of 236.65 is realistic.", "level.stop.short.range"),
    ("aapl", "The swing low at 231.40 is support.", "swing.high"),
    ("nvda", "The 52-week low was 140.69.", "range.high range.low"),
    ("nvda", "Volume is 82% below its average.", "volume.busy"),
    ("btc", "Volume has increased by 165%.", "volume.busy"),
    ("nvda", "Volatility has fallen by 56%.", "volatility.trend"),
    ("nvda", "The price rose 9.7 basis points over the week.", "change.week"),
    ("aapl", "Apple trails SPY by 37 basis points over 63 trading days.", "relative"),
    ("nvda", "MACD has been above its signal line for 20 weeks.", "macd"),
    ("aapl", "Beta of 1.03 over 252 weeks.", "beta"),
    ("nvda", "The stock has more than tripled in a year.", "change.year"),
    ("nvda", "The 200-day average runs 20.4% above the 50-day average.", "sma.cross"),
    ("nvda", "Two of the four news items read clearly badly.", "tone.balance"),
    ("nvda", "The worst week cost 10%.", "worst.day"),
    ("btc", "Realised volatility is 51.6% per month.", "volatility"),
    ("nvda", "NVDA beat SPY by 1.1 percentage points over a year.", "relative"),
    ("nvda", "The price rose 9.7% in a day.", "change.week"),
    ("btc", "Bitcoin gained 46.6% in a quarter.", "change.month"),
]

TRUE = [
    ("aapl", "A volatility of 22.8% a year corresponds to about 1.4% a day.", "volatility"),
    ("nvda", "NVDA beat SPY by 110 basis points over 63 trading days.", "relative"),
    ("nvda", "The RSI of 67.6 is just shy of overbought.", "rsi"),
    ("nvda", "The stock has nearly tripled in a year.", "change.year"),
    ("nvda", "For four weeks MACD has been above its signal.", "macd"),
    ("nvda", "Two of four headlines are clearly positive.", "tone.balance"),
    ("nvda", "Volume runs 18% below normal.", "volume.busy"),
    ("btc", "Volume is 65% above its 50-day average.", "volume.busy"),
    ("btc", "Bitcoin has more than doubled in a year.", "change.year"),
    ("aapl", "Over the last year AAPL rose 29%, yet over 63 days it is 3.7 points behind SPY.", "change.year relative"),
    ("aapl", "The long stop at 211.83 lies just beyond the swing low of 212.97.", "level.stop.long.swing swing.low"),
    (
        "aapl",
        "The short target of 214.11 is above the swing low, while the long target is 241.20.",
        "level.target.short.swing level.target.long.range",
    ),
    ("aapl", "If revenue disappoints, a fall to the stop at 218.44 is likely.", "level.stop.long.range"),
    ("btc", "The 200-day average of 37,103 lies far below the 50-day average of 46,899.", "sma.50 sma.200"),
    ("nvda", "The close is 0.6% below the highest close of the year.", "drawdown"),
]


def faults(case: str, text: str, measures: str) -> tuple[str, ...]:
    known = cases()[case]
    return unsupported(known, statement(text, [known.by_measure[measure].id for measure in measures.split()]))


@pytest.mark.parametrize(("case", "text", "measures"), FALSE)
def test_a_number_under_another_name_is_found(case: str, text: str, measures: str) -> None:
    assert faults(case, text, measures)


@pytest.mark.parametrize(("case", "text", "measures"), TRUE)
def test_a_true_sentence_is_kept(case: str, text: str, measures: str) -> None:
    assert faults(case, text, measures) == ()
