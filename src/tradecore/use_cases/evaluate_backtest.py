"""Evaluating a backtest: its decisions are scored, traded in a simulation, and compared with baselines."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from attrs import evolve, frozen

from tradecore.engines.baseline_strategies import BASELINES, WARM_UP
from tradecore.engines.edge import measure_edge
from tradecore.engines.plan_replays import Replays
from tradecore.engines.simulation import (
    Prices,
    combine,
    days_per_year,
    days_with_trading,
    decided_size,
    follow,
    hold,
    tally,
    targets_of,
    trade,
)
from tradecore.model.backtests import Asset, Backtest, BacktestReport, EvaluatedTrial, Trial
from tradecore.model.edge import Observation
from tradecore.model.equity_curves import CurveKind, EquityCurve, performances
from tradecore.model.errors import CallerError
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Action
from tradecore.model.track_record import Horizon, TradeOutcome, is_win
from tradecore.ports.ambient import Now
from tradecore.ports.market import Market
from tradecore.ports.store import Store
from tradecore.use_cases.backtest import analysis_brief
from tradecore.use_cases.score import Scorer

# Decisions are also scored over a week, which the track record used before.
SHORT_HORIZON = Horizon(1)


@frozen
class EvaluateBacktest:
    """Evaluate a backtest: score its decisions as in the track record, and simulate trading them."""

    store: Store
    market: Market
    scorer: Scorer
    now: Now

    async def __call__(self, backtest: Backtest, *, end: date | None = None) -> BacktestReport:
        """The report on the decisions stored so far; its curves end on `end`, or with the exit of the last decision.

        A decision has no outcome when market data ends before its horizon. Other refusals of the market pass through.
        """
        async with self.store.snapshot() as uow:
            trials = await uow.backtests.trials(backtest.id)
            variants = await uow.backtests.variants(backtest)
        assets = {asset.symbol: asset for asset in backtest.brief.assets}
        evaluated = [await self._evaluate(backtest, assets[trial.symbol], trial) for trial in trials]
        bars = {asset.symbol: await self._until(backtest, asset, evaluated) for asset in backtest.brief.assets}
        markets = {
            asset.symbol: await self._benchmark(backtest, asset, bars[asset.symbol]) for asset in assets.values()
        }
        # Seconds of arithmetic for a large backtest, during which this process serves others.
        return await asyncio.to_thread(self._report, backtest, evaluated, bars, markets, variants, end or date.max)

    def _report(
        self,
        backtest: Backtest,
        evaluated: Sequence[EvaluatedTrial],
        bars: Mapping[Symbol, Bars],
        markets: Mapping[Symbol, Prices | None],
        variants: int,
        end: date,
    ) -> BacktestReport:
        assets, horizon, fee = backtest.brief.assets, self.scorer.horizon, float(self.scorer.fee)
        prices = {symbol: Prices.of(series) for symbol, series in bars.items()}
        last = min(end, max(share.days[-1] for share in prices.values()))
        days = days_with_trading(list(prices.values()), _first(backtest), last)
        targets = {
            symbol: targets_of([entry for entry in evaluated if entry.trial.symbol == symbol]) for symbol in prices
        }
        curves = _curves(evaluated, prices, targets, list(markets.values()), days, fee)
        observations = _observations(evaluated, backtest, prices, horizon, fee)
        counted = sum(not entry.trial.in_sample for entry in evaluated)
        by_symbol = {}
        for asset in assets:
            own = {asset.symbol: prices[asset.symbol]}
            own_days = days_with_trading(list(own.values()), _first(backtest), last)
            own_curves = _curves(evaluated, own, targets, [markets[asset.symbol]], own_days, fee)
            by_symbol[asset.symbol] = performances(own_curves, days_per_year([asset]))
        return BacktestReport(
            backtest=backtest,
            evaluated=tuple(evaluated),
            by_symbol={
                symbol: tally([entry for entry in evaluated if entry.trial.symbol == symbol], horizon.periods_per_year)
                for symbol in prices
            },
            whole=tally(evaluated, horizon.periods_per_year),
            short=tally(
                [evolve(entry, outcome=entry.short_outcome) for entry in evaluated], SHORT_HORIZON.periods_per_year
            ),
            curves={
                kind: curve if kind is CurveKind.SIZED else evolve(curve, weights={}) for kind, curve in curves.items()
            },
            by_curve=performances(curves, days_per_year(assets)),
            by_symbol_and_curve=by_symbol,
            targets={symbol: _by_day(targets[symbol], days) for symbol in prices},
            edge=measure_edge(observations, decisions=counted, horizon_weeks=horizon.weeks, variants=variants),
            days_per_year=days_per_year(assets),
            sources=tuple(dict.fromkeys(str(series.source) for series in bars.values())),
            horizon_weeks=horizon.weeks,
            fee=self.scorer.fee,
            observations=tuple(observations),
        )

    async def _evaluate(self, backtest: Backtest, asset: Asset, trial: Trial) -> EvaluatedTrial:
        if trial.decision.action is Action.HOLD:
            return EvaluatedTrial(trial, None)
        outcome = await self._outcome(self.scorer, backtest, asset, trial)
        if self.scorer.horizon == SHORT_HORIZON:
            return EvaluatedTrial(trial, outcome, outcome)
        short = await self._outcome(evolve(self.scorer, horizon=SHORT_HORIZON), backtest, asset, trial)
        return EvaluatedTrial(trial, outcome, short)

    async def _outcome(self, scorer: Scorer, backtest: Backtest, asset: Asset, trial: Trial) -> TradeOutcome | None:
        today = self.now().date()
        ends = await scorer.ends(asset.asset_type, trial.as_of)
        if ends >= today:
            return None
        try:
            return await scorer(analysis_brief(backtest.brief, asset, trial.as_of), trial.decision, ends, today=today)
        except CallerError:
            return None

    async def _until(self, backtest: Backtest, asset: Asset, evaluated: Sequence[EvaluatedTrial]) -> Bars:
        """Bars up to the last exit of all decisions, or as far as this asset has prices from the same source."""
        exits = [(entry.trial.symbol, entry.outcome.exited_on) for entry in evaluated if entry.outcome]
        own = max([backtest.brief.last, *(day for symbol, day in exits if symbol == asset.symbol)])
        series = await self._bars(backtest, asset.symbol, asset.asset_type, own)
        try:
            last = max([own, *(day for _, day in exits)])
            further = await self._bars(backtest, asset.symbol, asset.asset_type, last)
        except CallerError:
            return series
        return further if further.source == series.source else series

    async def _benchmark(self, backtest: Backtest, asset: Asset, of: Bars) -> Prices | None:
        name = await self.market.benchmark(asset.asset_type)
        if name is None:
            return None
        try:
            series = await self._bars(backtest, name, asset.asset_type, of.last.day)
        except CallerError:
            return None
        # Real prices are never compared with generated ones.
        return Prices.of(series) if series.source.synthetic == of.source.synthetic else None

    async def _bars(self, backtest: Backtest, symbol: Symbol, asset_type: AssetType, last: date) -> Bars:
        return await self.market.bars(symbol, asset_type, last, (last - _first(backtest)).days + 1 + WARM_UP)


def _curves(
    evaluated: Sequence[EvaluatedTrial],
    prices: Mapping[Symbol, Prices],
    targets: Mapping[Symbol, Mapping[date, float]],
    markets: Sequence[Prices | None],
    days: Sequence[date],
    fee: float,
) -> Mapping[CurveKind, EquityCurve]:
    """The curves of some symbols over the same days; `markets` are their benchmarks."""
    own = [entry for entry in evaluated if entry.trial.symbol in prices]
    curves = {
        CurveKind.SIZED: trade(own, prices, days, decided_size, fee),
        CurveKind.FULL: trade(own, prices, days, lambda decision: 100 / len(prices), fee),
        CurveKind.TARGET: combine(
            [follow(symbol, share, targets[symbol], days, fee) for symbol, share in prices.items()]
        ),
        CurveKind.HELD: hold(list(prices.values()), days, fee),
    }
    if all(markets):
        curves[CurveKind.BENCHMARK] = hold([market for market in markets if market], days, fee)
    for kind, strategy in BASELINES.items():
        curves[kind] = combine(
            [
                follow(symbol, share, _from(share, strategy(share.bars), days[0]), days, fee)
                for symbol, share in prices.items()
            ]
        )
    return curves


def _from(share: Prices, targets: Sequence[float], first: date) -> Mapping[date, float]:
    """The targets of a baseline by day, from the newest one as of the first day on."""
    by_day = dict(zip(share.days, targets, strict=True))
    earlier = [day for day in by_day if day <= first]
    return {day: target for day, target in by_day.items() if day >= (earlier[-1] if earlier else first)}


def _by_day(targets: Mapping[date, float], days: Sequence[date]) -> tuple[float, ...]:
    """The target position at the close of each day: the newest one, 0 before the first."""
    newest, by_day = 0.0, []
    for day in days:
        newest = targets.get(day, newest)
        by_day.append(newest)
    return tuple(by_day)


def _observations(
    evaluated: Sequence[EvaluatedTrial],
    backtest: Backtest,
    prices: Mapping[Symbol, Prices],
    horizon: Horizon,
    fee: float,
) -> list[Observation]:
    """The scored decisions, without those in sample, by day."""
    replays = {
        asset.symbol: Replays.of(prices[asset.symbol], backtest.days[asset.symbol], horizon.days(asset.asset_type), fee)
        for asset in backtest.brief.assets
    }
    observations = []
    for entry in evaluated:
        decision, outcome = entry.trial.decision, entry.outcome
        if entry.trial.in_sample or outcome is None:
            continue
        if (base := replays[entry.trial.symbol].base_rate(decision)) is None:
            continue
        observations.append(
            Observation(
                entry.trial.symbol,
                entry.trial.as_of,
                outcome.exited_on,
                float(decision.confidence),
                is_win(outcome.return_percent),
                base,
            )
        )
    return observations


def _first(backtest: Backtest) -> date:
    return min(days[0] for days in backtest.days.values())
