"""Backtesting: which days, the same desk, nothing lost and nothing twice, and no decision that knows the future."""

import asyncio
import warnings
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen

from scripted_model import ScriptedModel
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.engines.simulation import tally
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.backtests import Asset, Backtest, BacktestBrief, Frequency, Trial
from tradecore.model.equity_curves import CurveKind
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Action, Analyst
from tradecore.model.track_record import Horizon
from tradecore.use_cases.backtest import PlanBacktest, RunBacktest, decide
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.score import Scorer
from tradecore_adapters.market.sample import SampleMarket

IBM = Asset(Symbol("IBM"), AssetType.EQUITY)
BTC = Asset(Symbol("BTC-USD"), AssetType.CRYPTO)


@frozen
class Weekdays:
    """A calendar without holidays."""

    async def last_finished(self, asset_type: AssetType, at: datetime) -> date:
        return at.date()

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        while count:
            day += timedelta(days=1)
            count -= asset_type is AssetType.CRYPTO or day.weekday() < 5
        return day


@frozen
class CutMarket:
    """The sample, as if nothing had been traded after a day."""

    last: date
    market: SampleMarket = SampleMarket()  # noqa: RUF009  # it keeps nothing

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        if as_of > self.last + timedelta(days=10):
            raise Invalid.one("as_of", f"Nothing is known of {as_of}.")
        return await self.market.bars(symbol, asset_type, min(as_of, self.last), count)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return await self.market.benchmark(asset_type)

    async def symbols(self) -> tuple[Symbol, ...]:
        return await self.market.symbols()


def asked(**otherwise: Any) -> BacktestBrief:
    brief = BacktestBrief(
        (IBM,), date(2012, 1, 1), date(2012, 6, 30), Frequency.MONTH, (Analyst.TECHNICAL,), 1, "rules"
    )
    return evolve(brief, **otherwise)


@frozen
class LabelledRules(RuleBasedReasoner):
    """The rules under another label."""

    label: str

    @property
    def name(self) -> str:
        return self.label


def labelled(world: Any, label: str) -> Engines:
    return Engines((Desk(Sources(world.market), ModelRouter(LabelledRules(label))),))


def planning(world: Any, market: Any = None, label: str = "rules") -> PlanBacktest:
    return PlanBacktest(world.store, market or world.market, world.now, labelled(world, label))


def judging(world: Any, market: Any = None, weeks: int = 1, fee: str = "0.1") -> EvaluateBacktest:
    market = market or world.market
    return EvaluateBacktest(world.store, market, Scorer(market, Weekdays(), Horizon(weeks), Decimal(fee)), world.now)


def deciding(market: Any) -> Callable[[AnalysisBrief], Any]:
    engines = Engines((Desk(Sources(market)),))
    return lambda brief: decide(engines, brief)


async def run(world: Any, brief: BacktestBrief, market: Any = None) -> tuple[Backtest, list[Trial]]:
    planned, known = await planning(world, market)(brief)
    by = deciding(market or world.market)
    return planned, [trial async for trial in RunBacktest(world.store)(planned, known, by, concurrency=3)]


@pytest.mark.parametrize(
    ("every", "days"),
    [
        (Frequency.MONTH, [(2012, 1, 31), (2012, 2, 29), (2012, 3, 14)]),
        (Frequency.WEEK, [(2012, 1, 6), (2012, 1, 13), (2012, 1, 20), (2012, 1, 27), (2012, 2, 3), (2012, 2, 10),
                      (2012, 2, 17), (2012, 2, 24), (2012, 3, 2), (2012, 3, 9), (2012, 3, 14)]),
    ],
)  # fmt: skip
async def test_the_desk_decides_on_the_last_trading_day_of_each_period(
    world: Any, every: Frequency, days: list[tuple[int, int, int]]
) -> None:
    planned, known = await planning(world)(asked(frequency=every, last=date(2012, 3, 14)))
    assert known == ()
    assert planned.days == {IBM.symbol: tuple(date(*day) for day in days)}
    daily, _ = await planning(world)(asked(frequency=Frequency.DAY, last=date(2012, 1, 10)))
    # the second of January was a holiday, the seventh and eighth a weekend
    assert [day.day for day in daily.days[IBM.symbol]] == [3, 4, 5, 6, 9, 10]


async def test_a_backtest_keeps_the_label_of_its_engine(world: Any) -> None:
    planned, _ = await planning(world, label="rules of the test")(asked())
    assert planned.engine == "rules of the test"


async def test_an_engine_that_is_unknown_or_bills_its_calls_is_refused(world: Any) -> None:
    router = ModelRouter(providers={"acme": lambda _: ScriptedModel()})
    engines = Engines((Desk(Sources(world.market), router), Desk(Sources(world.market))))
    for engine, reason in (("desk", "The engine desk bills its calls"), ("other", "There is no engine 'other' here")):
        with pytest.raises(Invalid, match=reason) as refused:
            await evolve(planning(world), engines=engines)(asked(engine=engine))
        assert [problem.field for problem in refused.value.problems] == ["engine"]


async def test_crypto_decides_on_sundays(world: Any) -> None:
    planned, _ = await planning(world)(asked(assets=(BTC,), frequency=Frequency.WEEK, last=date(2012, 1, 31)))
    assert [day.weekday() for day in planned.days[BTC.symbol]] == [6, 6, 6, 6, 1]


async def test_the_same_question_is_the_same_backtest_and_another_one_is_not(world: Any) -> None:
    one, _ = await planning(world)(asked())
    again, _ = await planning(world)(asked())
    assert again == one
    others = [
        (await planning(world, market, engine)(brief))[0].id
        for market, engine, brief in [
            (None, "rules", asked(depth=2)),
            (None, "rules", asked(analysts=(Analyst.NEWS,))),
            (None, "rules", asked(frequency=Frequency.WEEK)),
            (None, "rules", asked(last=date(2012, 7, 1))),
            (None, "rules", asked(assets=(IBM, BTC))),
            (None, "another", asked()),
            (CutMarket(date(2012, 6, 28)), "rules", asked()),
        ]
    ]
    assert len({one.id, *others}) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": date(2026, 3, 3)},
        {"assets": (Asset(Symbol("NOPE"), AssetType.EQUITY),)},
        {"first": date(2012, 1, 7), "last": date(2012, 1, 8)},
        {"last": date(2014, 1, 31)},  # the sample has real prices of IBM up to 2013, generated ones from then on
    ],
)
async def test_what_cannot_be_run_is_refused_before_anything_is_kept(world: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await planning(world)(asked(**wrong))


async def test_every_decision_is_the_one_that_an_analysis_would_have_made(world: Any) -> None:
    planned, trials = await run(world, asked())
    assert [(trial.symbol, trial.as_of) for trial in sorted(trials, key=lambda trial: trial.as_of)] == [
        (IBM.symbol, day) for day in planned.days[IBM.symbol]
    ]
    brief = AnalysisBrief(IBM.symbol, IBM.asset_type, trials[2].as_of, (Analyst.TECHNICAL,), 1, "rules")
    assert await decide(world.engines, brief) == trials[2]


async def test_what_was_decided_before_an_interruption_is_not_decided_again(world: Any) -> None:
    brief = asked(assets=(IBM, BTC))
    planned, known = await planning(world)(brief)
    made: list[AnalysisBrief] = []

    async def by(each: AnalysisBrief) -> Trial:
        made.append(each)
        if len(made) == 5:
            raise Unavailable("The source is out of reach.")
        return await deciding(world.market)(each)

    with pytest.raises(Unavailable):
        async for _ in RunBacktest(world.store)(planned, known, by, concurrency=1):
            pass
    again, known = await planning(world)(brief)
    assert again == planned
    assert {(trial.symbol, trial.as_of) for trial in known} == {(each.symbol, each.as_of) for each in made[:4]}
    _, rest = await run(world, brief)
    assert len(rest) == planned.size - 4
    _, all_of_them = await planning(world)(brief)
    assert len(all_of_them) == planned.size == 12


async def test_no_more_are_decided_at_once_than_asked_for(world: Any) -> None:
    planned, known = await planning(world)(asked(frequency=Frequency.WEEK))
    running = most = 0

    async def by(each: AnalysisBrief) -> Trial:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return await deciding(world.market)(each)

    trials = [trial async for trial in RunBacktest(world.store)(planned, known, by, concurrency=4)]
    assert (len(trials), most) == (planned.size, 4)


@pytest.mark.endurance
@pytest.mark.slow
async def test_cutting_the_data_at_each_date_changes_no_earlier_decision(world: Any) -> None:
    brief = asked(frequency=Frequency.WEEK, last=date(2012, 4, 30))
    planned, _ = await run(world, brief)
    report = await judging(world)(planned)
    whole = {each.trial.as_of: each for each in report.evaluated}
    for day in planned.days[IBM.symbol]:
        market = CutMarket(day)
        cut, _ = await run(world, evolve(brief, last=day), market)
        evaluated = (await judging(world, market)(cut)).evaluated
        assert [each.trial for each in evaluated] == [
            each.trial for each in report.evaluated if each.trial.as_of <= day
        ]
        # what is scored by then is scored alike; what is not yet, is not guessed
        for each in evaluated:
            assert each.outcome in (None, whole[each.trial.as_of].outcome)
            if each.trial.as_of + timedelta(days=7) <= day:
                assert each == whole[each.trial.as_of]


async def test_the_report_adds_up(world: Any) -> None:
    planned, _ = await run(world, asked(assets=(IBM, BTC), frequency=Frequency.WEEK))
    report = await judging(world)(planned)
    assert len(report.evaluated) == planned.size
    assert all((each.outcome is None) == (each.trial.decision.action is Action.HOLD) for each in report.evaluated)
    assert report.whole == tally(report.evaluated, 52)
    assert report.whole.scored == sum(each.scored for each in report.by_symbol.values())
    assert report.whole.returns == pytest.approx(sum(each.returns for each in report.by_symbol.values()))
    # the sample's SPY is generated, IBM's bars are not
    assert set(report.curves) == set(CurveKind) - {CurveKind.BENCHMARK}
    assert report.curves.keys() == report.by_curve.keys() == report.by_symbol_and_curve[IBM.symbol].keys()
    assert {len(targets) for targets in report.targets.values()} == {len(report.curves[CurveKind.TARGET].days)}
    assert (report.edge.decisions, report.edge.scored, report.edge.variants) == (planned.size, report.whole.scored, 1)
    lengths = {len(curve.worth) for curve in report.curves.values()}
    assert lengths == {len(report.curves[CurveKind.HELD].days)}
    assert report.days_per_year == 365


async def test_a_longer_horizon_judges_the_same_decisions_anew(world: Any) -> None:
    planned, _ = await run(world, asked())
    week, month = await judging(world)(planned), await judging(world, weeks=4)(planned)
    assert [each.trial for each in week.evaluated] == [each.trial for each in month.evaluated]
    assert week.whole != month.whole
    assert [each.short_outcome for each in month.evaluated] == [each.outcome for each in week.evaluated]
    assert (week.short, month.short) == (week.whole, week.whole)
    assert month.whole.periods_per_year == 13


async def test_costs_take_what_they_take(world: Any) -> None:
    planned, _ = await run(world, asked())
    free, dear = await judging(world, fee="0")(planned), await judging(world, fee="1")(planned)
    for cheap, costly in zip(free.evaluated, dear.evaluated, strict=True):
        if cheap.outcome and costly.outcome:
            assert cheap.outcome.return_percent - costly.outcome.return_percent == pytest.approx(
                costly.outcome.fees, abs=Decimal("0.0002")
            )
    assert all(dear.curves[line].worth[-1] < free.curves[line].worth[-1] for line in free.curves)


async def test_with_a_benchmark_of_its_own_kind_there_is_a_curve_for_it(world: Any) -> None:
    planned, _ = await run(world, asked(assets=(BTC,)))
    report = await judging(world)(planned)
    assert report.curves[CurveKind.BENCHMARK].worth == report.curves[CurveKind.HELD].worth
    assert report.sources == ("shipped sample: generated prices (synthetic, not market data)",)


@pytest.mark.slow
async def test_every_total_agrees_with_a_recomputation_from_the_bars_by_empyrical(world: Any) -> None:
    """Nothing of the engines is used here: floats over the bars as told on the last day, and empyrical's figures."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import empyrical
    planned, _ = await run(world, asked(assets=(IBM, BTC), frequency=Frequency.WEEK, last=date(2012, 10, 31)))
    report = await judging(world)(planned)
    days = report.curves[CurveKind.HELD].days
    own = {}
    for asset in (IBM, BTC):
        found = await world.market.bars(asset.symbol, asset.asset_type, days[-1], 500)
        own[asset.symbol] = {bar.day: tuple(map(float, (bar.open, bar.high, bar.low, bar.close))) for bar in found.bars}
    returns, trades = [], []
    for each in report.evaluated:
        decision, symbol, as_of = each.trial.decision, each.trial.symbol, each.trial.as_of
        if decision.action is Action.HOLD:
            continue
        bars = own[symbol]
        kind, span = (AssetType.CRYPTO, 7) if symbol == BTC.symbol else (AssetType.EQUITY, 5)
        ends = await Weekdays().ahead(kind, as_of, span)
        # levels are in prices of their day; the entry of a decision is that day's close
        scale = bars[as_of][3] / float(decision.entry)
        stop, target = float(decision.stop) * scale, float(decision.target) * scale
        held = [day for day in sorted(bars) if as_of < day <= ends]
        sign, entry, out = (1 if decision.action is Action.BUY else -1), bars[held[0]][0], None
        for day in held:
            first, high, low, close = bars[day]
            worst, best = (low, high) if sign > 0 else (high, low)
            passed = [(first, sign * first <= sign * stop or sign * first >= sign * target),
                      (stop, sign * worst <= sign * stop), (target, sign * best >= sign * target)]  # fmt: skip
            out = next((price for price, reached in passed if reached), None)
            if out is not None:
                break
        else:
            out = close
        assert out is not None
        result = sign * (out / entry - 1) - 0.001 * (1 + out / entry)
        returns.append(result)
        trades.append((symbol, sign, held[0], day, result, float(decision.position_size) / 100, entry))
        assert each.outcome
        assert float(each.outcome.return_percent) == pytest.approx(100 * result, abs=0.01)
        assert each.outcome.exited_on == day
    assert report.whole.scored == len(returns) > 30
    assert report.whole.win_rate == pytest.approx(100 * sum(each > 0 for each in returns) / len(returns))
    assert report.whole.average_return == pytest.approx(100 * sum(returns) / len(returns), abs=0.01)
    ratio = empyrical.sharpe_ratio(np.array(returns), annualization=52)
    assert report.whole.sharpe_ratio == pytest.approx(ratio, abs=0.01)

    def close(symbol: Symbol, day: date) -> float:
        return own[symbol][max(known for known in own[symbol] if known <= day)][3]

    for line in (CurveKind.SIZED, CurveKind.FULL):
        worth, realised, open_ = [1.0], 1.0, list[Any]()
        for day in days[1:]:
            for trade in sorted(trade for trade in trades if trade[2] == day):
                stake = min(
                    worth[-1] * (trade[5] if line is CurveKind.SIZED else 0.5), worth[-1] - sum(s for _, s in open_)
                )
                open_.append((trade, stake))
            realised += sum(stake * trade[4] for trade, stake in open_ if trade[3] <= day)
            open_ = [(trade, stake) for trade, stake in open_ if trade[3] > day]
            gains = [stake * (t[1] * (close(t[0], day) / t[6] - 1) - 0.001) for t, stake in open_]
            worth.append(realised + sum(gains))
        daily = np.diff(worth) / np.array(worth[:-1])
        curve = report.curves[line]
        assert curve.return_percent == pytest.approx(100 * empyrical.cum_returns_final(daily), abs=0.02)
        assert curve.max_drawdown == pytest.approx(100 * empyrical.max_drawdown(daily), abs=0.02)
        assert curve.sharpe(365) == pytest.approx(empyrical.sharpe_ratio(daily, annualization=365), abs=0.01)
