"""The listener that raises alerts: what each event tells its user, and an operator where one has to act."""

from collections.abc import Callable, Collection, Sequence
from itertools import dropwhile

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.analyses import AnalysisCompleted, AnalysisState
from tradecore.model.analysis_lists import AnalysisQuery
from tradecore.model.change import Change, Event, Fact
from tradecore.model.decimals import plain
from tradecore.model.digests import DigestCompleted, DigestId
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, JobId, OrderId, RecommendationId, Topic, TopicKind, UserId, topic_of
from tradecore.model.jobs import MAX_FAILURES, Job, JobEnded, JobState, Kind
from tradecore.model.money import Asset
from tradecore.model.orders import ExitsEnded, LateFill, OrderFilled, OrderState, OverfillRefused
from tradecore.model.price_alerts import PriceAlertTriggered, PriceCondition
from tradecore.model.recommendations import (
    LevelCrossed,
    Recommendation,
    RecommendationExpired,
    RecommendationIssued,
    RecommendationSuperseded,
)
from tradecore.model.steps import Action
from tradecore.model.watchlists import POSITIONS
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.alerts import put_once
from tradecore.use_cases.watchlists import assets_of

# Among so many of the newest analyses of a symbol is the one whose decision another one may have changed.
_LOOKED_BACK = 20


@frozen
class RaiseAlerts:
    """A durable listener that stores an alert for every event that a user should know about."""

    store: Store
    # Called with each alert for which an operator has to act, at least once.
    tell_operator: Callable[[Alert], None]
    name: str = "alerts"
    kinds: Collection[type[Fact]] = (
        OverfillRefused,
        LateFill,
        OrderFilled,
        ExitsEnded,
        LevelCrossed,
        RecommendationIssued,
        RecommendationSuperseded,
        RecommendationExpired,
        DigestCompleted,
        AnalysisCompleted,
        JobEnded,
        PriceAlertTriggered,
    )

    async def handle(self, events: Sequence[Event]) -> None:
        """Store the alerts of these events in one transaction. An event that comes again adds no alert."""
        raised = []
        async with self.store.unit_of_work() as uow:
            for event in events:
                change = await _alert(uow, event)
                if change is None:
                    continue
                raised.append(change.entity)
                await put_once(uow, change)
        for alert in raised:
            if alert.severity is Severity.ERROR:
                self.tell_operator(alert)


async def _alert(uow: UnitOfWork, event: Event) -> Change[Alert] | None:
    """The alert that an event raises; None where nobody needs to know."""
    match event.fact:
        case OverfillRefused() | LateFill() | OrderFilled() | ExitsEnded():
            return await _about_order(uow, event, event.fact)
        case LevelCrossed() | RecommendationIssued() | RecommendationSuperseded() | RecommendationExpired():
            return await _about_recommendation(uow, event, event.fact)
        case DigestCompleted(topic, _, count) if event.user is not None:
            message = f"A digest is ready; {count} news items were considered."
            return Alert.raise_for(event, event.user, AlertKind.DIGEST_READY, Severity.INFO, message, topic)
        case AnalysisCompleted() if event.user is not None:
            return await _about_decision(uow, event, event.user)
        case JobEnded(state=JobState.FAILED):
            return await _about_job(uow, event, event.fact)
        case PriceAlertTriggered(topic) if event.user is not None:
            message = _price_news(event.fact)
            return Alert.raise_for(event, event.user, AlertKind.PRICE_ALERT, Severity.INFO, message, topic)
    return None


async def _about_order(
    uow: UnitOfWork, event: Event, fact: OverfillRefused | LateFill | OrderFilled | ExitsEnded
) -> Change[Alert] | None:
    order = await uow.orders.find(OrderId(_id(fact)))
    if order is None:
        raise NotFound("order", _id(fact))
    symbol = order.asset.symbol
    if isinstance(fact, OverfillRefused):
        message = (
            f"The broker reports {plain(fact.surplus)} {symbol} more than order {order.id} was for. They are not "
            "booked; compare the account at the broker with the portfolio."
        )
        return Alert.raise_for(event, order.user, AlertKind.ORDER_OVERFILLED, Severity.ERROR, message, order.topic)
    if isinstance(fact, OrderFilled):
        if order.purchase is None:
            return None
        message = f"An exit of {symbol} was reached: {plain(fact.filled)} were sold at {plain(fact.average_price)}."
        return Alert.raise_for(event, order.user, AlertKind.EXIT_FILLED, Severity.WARNING, message, order.topic)
    if isinstance(fact, ExitsEnded):
        message = (
            f"The broker has no stop and target for {symbol} any more; they are only watched now."
            f"{f' {fact.reason}' if fact.reason else ''}"
        )
        return Alert.raise_for(event, order.user, AlertKind.EXITS_ENDED, Severity.WARNING, message, order.topic)
    if fact.state is OrderState.REFUSED:
        return None
    traded = "bought" if order.action is Action.BUY else "sold"
    message = (
        f"Order {order.id} counted as lost and was executed after all, when its recommendation had ended: "
        f"{plain(order.filled)} {symbol} were {traded} and are booked."
    )
    return Alert.raise_for(event, order.user, AlertKind.ORDER_FILLED_LATE, Severity.WARNING, message, order.topic)


async def _about_recommendation(
    uow: UnitOfWork,
    event: Event,
    fact: LevelCrossed | RecommendationIssued | RecommendationSuperseded | RecommendationExpired,
) -> Change[Alert] | None:
    try:
        recommendation = await uow.recommendations.get(RecommendationId(_id(fact)))
    except NotFound:
        # It was deleted with the account of its user.
        return None
    kind, severity, message = _news_of(recommendation, fact)
    return Alert.raise_for(event, recommendation.user, kind, severity, message, recommendation.topic)


def _news_of(
    recommendation: Recommendation,
    fact: LevelCrossed | RecommendationIssued | RecommendationSuperseded | RecommendationExpired,
) -> tuple[AlertKind, Severity, str]:
    symbol, action = recommendation.asset.symbol, recommendation.action
    match fact:
        case LevelCrossed():
            message = f"{symbol} reached its {fact.level} of {plain(fact.price)} on {fact.day}."
            return AlertKind.LEVEL_CROSSED, Severity.WARNING, message
        case RecommendationIssued():
            message = f"{action} {symbol} is recommended, until {fact.expires_at:%Y-%m-%d %H:%M} UTC."
            return AlertKind.RECOMMENDATION_ISSUED, Severity.INFO, message
        case RecommendationSuperseded():
            message = f"A newer recommendation for {symbol} took the place of the one to {action}."
            return AlertKind.RECOMMENDATION_SUPERSEDED, Severity.INFO, message
    return AlertKind.RECOMMENDATION_EXPIRED, Severity.INFO, f"The recommendation to {action} {symbol} has expired."


async def _about_decision(uow: UnitOfWork, event: Event, user: UserId) -> Change[Alert] | None:
    """The alert that an engine changes its mind about a symbol that is on a watchlist of the user, or held."""
    try:
        result = await uow.analyses.result(AnalysisId(_id(event.fact)), owner=user)
    except NotFound:
        # It was deleted with the account of its user.
        return None
    brief, action = result.brief, result.decision.action
    asset = Asset(brief.symbol, brief.asset_type)
    listed_by_user = any(asset in watchlist.assets for watchlist in await uow.watchlists.of(user))
    if not listed_by_user and asset not in await assets_of(uow, POSITIONS, user):
        return None
    completed = frozenset({AnalysisState.COMPLETED})
    query = AnalysisQuery(user, completed, brief.symbol, brief.asset_type, brief.engine, page_size=_LOOKED_BACK)
    listed = (await uow.analyses.list(query)).analyses
    after = list(dropwhile(lambda analysis: analysis.id != result.id, listed))
    if not after or after[0].comparison is not None:
        return None
    earlier = [other for other in after[1:] if other.comparison is None and other.brief.as_of <= brief.as_of]
    former = max(earlier, key=lambda analysis: analysis.brief.as_of, default=None)
    if former is None or former.decision is None or former.decision.action is action:
        return None
    message = (
        f"{result.engine} changes its mind about {brief.symbol}: {action} as of {brief.as_of}, after "
        f"{former.decision.action} as of {former.brief.as_of}."
    )
    return Alert.raise_for(event, user, AlertKind.DECISION_CHANGED, Severity.INFO, message, after[0].topic)


async def _about_job(uow: UnitOfWork, event: Event, fact: JobEnded) -> Change[Alert] | None:
    try:
        job = await uow.jobs.get(JobId(_id(fact)))
        user, title, topic = await _subject_of(uow, job)
    except NotFound:
        # It was deleted, a month after it ended.
        return None
    message = f"{title} failed: {job.error}"
    severity = Severity.ERROR if _is_dead(job) else Severity.WARNING
    return Alert.raise_for(event, user, AlertKind.JOB_FAILED, severity, message, topic)


async def _subject_of(uow: UnitOfWork, job: Job) -> tuple[UserId, str, Topic]:
    """The user of a job, what it was for, and the topic of that. The job of a digest belongs to its recipient."""
    match job.kind:
        case Kind.ANALYSIS:
            analysis = await uow.analyses.get(AnalysisId(job.id))
            return analysis.user, f"The analysis of {analysis.brief.symbol}", analysis.topic
        case Kind.BACKTEST:
            part = await uow.backtests.part(job.id)
            return part.user, "A part of a backtest", topic_of(TopicKind.BACKTEST, part.backtest)
        case Kind.DIGEST:
            digest = await uow.digests.get(DigestId(job.id))
            return digest.owner, "A digest", digest.topic


def _price_news(fact: PriceAlertTriggered) -> str:
    """What a price did, what the user wanted to know, and the user's note."""
    currency = f" {fact.currency}" if fact.currency else ""
    price = f"{plain(fact.price)}{currency} on {fact.day}"
    match fact.condition:
        case PriceCondition.ABOVE:
            message = f"{fact.symbol} rose to {price}; the alert was for {plain(fact.value)} or more."
        case PriceCondition.BELOW:
            message = f"{fact.symbol} fell to {price}; the alert was for {plain(fact.value)} or less."
        case PriceCondition.MOVES:
            change = "" if fact.change is None else f" by {fact.change:+}%"
            message = f"{fact.symbol} moved{change} to {price}; the alert was for {plain(fact.value)}% in a day."
    synthetic = " The price is generated." if fact.synthetic else ""
    return f"{message}{synthetic}{f' Note: {fact.note}' if fact.note else ''}"


def _is_dead(job: Job) -> bool:
    """Whether it was given up after crashes of its workers or failures of a service, for an operator to repair."""
    return bool(job.crashed_attempts) or job.failures >= MAX_FAILURES


def _id(fact: Fact) -> str:
    return fact.topic.partition(":")[2]
