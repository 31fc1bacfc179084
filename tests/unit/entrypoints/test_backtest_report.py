"""The curves of a backtest as CSV, which a spreadsheet may open."""

import csv
import io
from datetime import date
from decimal import Decimal

from tradecore.model.backtests import BacktestReport
from tradecore.model.edge import Edge
from tradecore.model.equity_curves import CurveKind, EquityCurve
from tradecore.model.market import Symbol
from tradecore.model.track_record import Tally
from tradecore.testing.store_scores import BACKTEST
from tradecore_app.backtest_report import as_csv

# Whatever a market calls its symbols.
HOSTILE = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", '"', "a,b")


def test_s64_no_cell_of_the_csv_is_a_formula() -> None:
    days, worth = (date(2024, 1, 31), date(2024, 2, 29)), (1.0, 0.75)
    curve = EquityCurve(days, worth, trades=(), weights={Symbol(name): (0.0, -1.0) for name in HOSTILE})
    report = BacktestReport(
        backtest=BACKTEST,
        evaluated=(),
        by_symbol={},
        whole=Tally(0),
        short=Tally(0),
        curves={CurveKind.SIZED: curve},
        by_curve={},
        by_symbol_and_curve={},
        targets={Symbol(name): (0.0, -1.0) for name in HOSTILE},
        edge=Edge(0, 0, 0, 0, 4, missing="There is none."),
        days_per_year=252,
        sources=(),
        horizon_weeks=4,
        fee=Decimal("0.1"),
    )
    head, *rows = csv.reader(io.StringIO(as_csv(report), newline=""))
    assert len(head) == 2 + 2 * len(HOSTILE)
    assert all(name[0].isalpha() for name in head)
    for day, *numbers in rows:
        assert date.fromisoformat(day)
        # A number below 0 is one, whatever reads it.
        assert [float(number) for number in numbers]
