"""Records of engines as a completed analysis needs them: looked up, and with its own decision added."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta

from attrs import define, field

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.engine_records import EngineRecord, LiveDecision, record_name
from tradecore.model.money import Asset
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store

# The record for analyses of a brief by an engine, which is named by its label; None without one.
FindRecord = Callable[[str, AnalysisBrief], Awaitable[EngineRecord | None]]

# A decision made later than this after its day may have been requested in hindsight, and is not live.
LIVE = timedelta(days=7)
# How long a process keeps a record before it reads it again.
_KEPT = timedelta(minutes=1)
# Servers that accept every name of a model make labels without end.
_MAX_KEPT = 256


async def no_record(engine: str, brief: AnalysisBrief) -> None:
    """No engine has a record."""


def live_decision(result: AnalysisResult, today: date) -> LiveDecision | None:
    """The decision of an analysis that ends `today` as a live one.

    None where it may have been requested in hindsight, is in sample or needs review, or where prices are generated.
    """
    brief = result.brief
    if result.in_sample or result.synthetic or result.decision.needs_review or today - brief.as_of > LIVE:
        return None
    asset = Asset(brief.symbol, brief.asset_type)
    name = record_name(result.engine, brief.depth, brief.risk_rounds)
    return LiveDecision.of(name, asset, brief.as_of, result.id, result.decision)


@define
class FindEngineRecord:
    """Find the record of an engine: the stored one of the depth, else the one that ships with tradecore."""

    store: Store
    now: Now
    shipped: Mapping[str, EngineRecord]
    _kept: dict[str, tuple[datetime, EngineRecord | None]] = field(factory=dict, init=False, repr=False)

    async def __call__(self, engine: str, brief: AnalysisBrief) -> EngineRecord | None:
        """The record for a brief and the label of an engine, at most a minute old; None without one."""
        now, name = self.now(), record_name(engine, brief.depth, brief.risk_rounds)
        kept = self._kept.get(name)
        if kept is None or not timedelta() <= now - kept[0] < _KEPT:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            async with self.store.read() as uow:
                kept = self._kept[name] = (now, await uow.engine_records.get(name))
        return kept[1] or self.shipped.get(engine)
