"""One codec for everything kept: attrs classes to JSON text and back, unknown fields ignored, new ones defaulted."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from tradecore.model import (
    alerts,
    analyses,
    digests,
    jobs,
    orders,
    price_alerts,
    recommendations,
    schedule_runs,
    steps,
)
from tradecore.model.change import Event, Fact
from tradecore.model.ids import UserId
from tradecore.use_cases import backtest_jobs, comparisons, digest, execute, launch, portfolio
from tradecore_adapters.typed_json import decoder

T = TypeVar("T")

# What may stand behind a name in the store. Names are kept for ever; classes may be renamed by changing the right side.
_NAMED: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        *steps.STEPS,
        jobs.JobQueued,
        jobs.JobEnded,
        analyses.AgentBegan,
        analyses.AgentFinished,
        analyses.AnalysisCompleted,
        analyses.AnalysisFailed,
        recommendations.RecommendationIssued,
        recommendations.ExecutionBegun,
        recommendations.ExecutionReleased,
        recommendations.RecommendationExecuted,
        recommendations.RecommendationRejected,
        recommendations.RecommendationExpired,
        recommendations.RecommendationSuperseded,
        recommendations.LevelCrossed,
        orders.OverfillRefused,
        orders.LateFill,
        orders.OrderFilled,
        orders.ExitsEnded,
        alerts.AlertRaised,
        price_alerts.PriceAlertTriggered,
        schedule_runs.ScheduleRan,
        orders.CancellationRequested,
        orders.OrderCancelled,
        launch.Ticket,
        price_alerts.PriceAlert,
        digests.DigestCompleted,
        digests.DigestFailed,
        digest.DigestTicket,
        backtest_jobs.BacktestTicket,
        comparisons.ComparisonTicket,
        execute.OrderTicket,
        portfolio.CashBalance,
    )
}
_NAMES: dict[type, str] = {cls: name for name, cls in _NAMED.items()}

_encoder = msgspec.json.Encoder()
_HEAD = msgspec.json.Decoder(tuple[int, int | None, UserId | None, str])


def encode(thing: object) -> str:
    """The JSON text of an attrs instance."""
    return _encoder.encode(thing).decode()


def decode(cls: type[T], text: str) -> T:
    """The instance that `encode` was given."""
    thing: T = decoder(cls).decode(text)  # type: ignore[arg-type]  # a class is hashable
    return thing


def name_of(thing: object) -> str:
    """Under which name this kind of thing is kept, for columns that hold one of several kinds."""
    return _NAMES[type(thing)]


def names_of(kinds: Iterable[type]) -> list[str]:
    """The names under which instances of these classes are kept."""
    return [_NAMES[kind] for kind in kinds]


def decode_named(name: str, text: str) -> Any:
    """The instance that was kept under a name."""
    return decode(_NAMED[name], text)


def decode_fact(name: str, text: str) -> Fact:
    """The fact in a stored document. Raises TypeError when the name is that of another class."""
    fact = decode_named(name, text)
    if not isinstance(fact, Fact):
        raise TypeError(f"What is stored as {name} is not a fact.")
    return fact


def encode_event(event: Event) -> bytes:
    """An event as it is sent to other processes."""
    head = _encoder.encode((event.seq, event.position, event.user, name_of(event.fact)))
    return head + b"\n" + _encoder.encode(event.fact)


def decode_event(body: bytes) -> Event:
    """The event that was sent. Raises ValueError for what this tradecore does not know."""
    try:
        head, _, text = body.partition(b"\n")
        seq, position, user, name = _HEAD.decode(head)
        return Event(seq, decode_fact(name, text.decode()), position, user)
    except (KeyError, TypeError, msgspec.MsgspecError) as error:
        raise ValueError("This is not an event, or one of a newer tradecore.") from error
