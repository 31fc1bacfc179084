"""The rule-based reasoner: an honest baseline that weighs the evidence by fixed rules and says so."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from attrs import evolve, field, frozen

from tradecore.engines.desk.concerns import concerns, hazards
from tradecore.engines.desk.debate import argument, ruling
from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.readings import Reading, credit, readings, weighed
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.reports import markdown
from tradecore.engines.desk.turns import Turns
from tradecore.engines.desk.wording import cited, joined, plain
from tradecore.model.evidence import Evidence
from tradecore.model.steps import Action, Analyst, Argued, Assessed, Proposed, Reported, Ruled, Side

# How much an analyst's score counts; one who found nothing does not count at all.
_SAY = {
    Analyst.TECHNICAL: Decimal(1),
    Analyst.SENTIMENT: Decimal("0.5"),
    Analyst.NEWS: Decimal("0.6"),
    Analyst.FUNDAMENTALS: Decimal("0.8"),
}
# The debate's share of the view; the reports have the rest.
_DEBATE = Decimal("0.4")
# A view weaker than this is no reason to act.
THRESHOLD = Decimal("0.28")
_POINTS = 8


@frozen
class RuleBasedReasoner:
    """Reads indicators, tone and headlines by rules that are written down in `readings`, and argues both sides fairly.

    Each call takes some milliseconds at most, and the same case always gives the same step.
    """

    _turns: Turns = field(factory=Turns, init=False, repr=False)

    @property
    def name(self) -> str:
        """See the port; the number grows when a rule changes."""
        return "rule-based desk 1"

    async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
        """See the port."""
        async with self._turns:
            return _report(case, analyst)

    async def argue(self, case: Case, number: int, side: Side, faults: tuple[str, ...] = ()) -> Argued:
        """See the port."""
        async with self._turns:
            return argument(case, _all(case), number, side)

    async def judge(self, case: Case, number: int, faults: tuple[str, ...] = ()) -> Ruled:
        """See the port."""
        async with self._turns:
            return ruling(case, _all(case), number)

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        """See the port."""
        async with self._turns:
            return _plan(case)

    async def assess(
        self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
    ) -> Assessed:
        """See the port."""
        async with self._turns:
            return evolve(computed, concerns=concerns(case, proposal, computed))


def _report(case: Case, analyst: Analyst) -> Reported:
    found = readings(case, analyst)
    score = _hundredths(_score(found) * credit(case, analyst))
    dangers = hazards(case) if analyst is Analyst.TECHNICAL else ()
    return Reported(
        analyst=analyst,
        score=score,
        points=tuple(one.claim for one in found if one.side)[:_POINTS],
        risks=dangers,
        markdown=markdown(case, analyst, found, score, dangers),
    )


def _plan(case: Case) -> Proposed:
    view = _view(case)
    action = Action.BUY if view >= THRESHOLD else Action.SELL if view <= -THRESHOLD else Action.HOLD
    found = _all(case)
    own = Side.BEAR if action is Action.SELL else Side.BULL
    forward = [one for one in found if one.side is own][:3]
    against = [one for one in found if one.side and one.side is not own][:2]
    entry, stop, target = _chosen(case, action)
    cites = (*tuple(dict.fromkeys(one.evidence.id for one in forward + against)), entry.id, stop.id, target.id)
    return Proposed(
        action=action,
        confidence=_confidence(case, action, view, found),
        entry=entry.value or Decimal(0),
        stop=stop.value or Decimal(0),
        target=target.value or Decimal(0),
        thesis=_thesis(case, action, forward, against, (entry, stop, target)),
        invalidation=_invalidation(case, action, found, stop, target),
        cites=cites,
    )


def _all(case: Case) -> tuple[Reading, ...]:
    every = [one for analyst in case.brief.analysts for one in readings(case, analyst)]
    return tuple(sorted(every, key=lambda one: (-one.strength, int(one.evidence.id[1:]))))


def _hundredths(value: Decimal) -> Decimal:
    near = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    return abs(near) if near == 0 else near


def _score(found: Sequence[Reading]) -> Decimal:
    """The difference of both sides as a share of what the same measures could have said at most."""
    if not found:
        return Decimal(0)
    bull = weighed([one for one in found if one.side is Side.BULL])
    bear = weighed([one for one in found if one.side is Side.BEAR])
    most = weighed([evolve(one, lean=Decimal(1)) for one in found])
    # Half of that maximum is as much as a real market ever shows at once.
    return max(Decimal(-1), min(Decimal(1), 2 * (bull - bear) / most))


def _view(case: Case) -> Decimal:
    """What the desk makes of reports and debate together, from -1 to +1."""
    heard = [(report.score, _SAY[report.analyst]) for report in case.reports if report.points]
    say = sum((weight for _, weight in heard), Decimal(0))
    if not say:
        return Decimal(0)
    reports = sum((score * weight for score, weight in heard), Decimal(0)) / say
    return (1 - _DEBATE) * reports + _DEBATE * case.rulings[-1].balance


def _confidence(case: Case, action: Action, view: Decimal, found: Sequence[Reading]) -> Decimal:
    """0..10: how far the view is from the threshold, how much of the evidence agrees, how much there is of it."""
    bull = weighed([one for one in found if one.side is Side.BULL])
    bear = weighed([one for one in found if one.side is Side.BEAR])
    total = bull + bear
    if action is Action.HOLD:
        # Sure of a HOLD is who has much evidence that cancels out, not who has none.
        size = 3 + 3 * (1 - abs(view) / THRESHOLD)
    else:
        ahead = (abs(view) - THRESHOLD) / (1 - THRESHOLD)
        agreeing = (bull if action is Action.BUY else bear) / total if total else Decimal(0)
        size = 4 + 3 * min(Decimal(1), Decimal("1.5") * ahead) + 4 * max(Decimal(0), agreeing - Decimal("0.5"))
    history = case.by_measure["history"].value or Decimal(0)
    size *= Decimal("0.6") + Decimal("0.4") * min(Decimal(1), history / 200)
    heard = sum(bool(report.points) for report in case.reports)
    if heard < len(case.reports):
        size -= Decimal("0.4") * (len(case.reports) - heard)
    if not total:
        size = Decimal(0)
    return max(Decimal(0), min(Decimal("9.5"), size)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def _chosen(case: Case, action: Action) -> tuple[Evidence, Evidence, Evidence]:
    """The stop of the chart where it has one; the first target that pays at least one and a half times the risk."""
    offered = levels(case.by_measure, action)
    entry, stop = offered.entry, offered.stops[0]

    def away(level: Evidence) -> Decimal:
        return abs((level.value or Decimal(0)) - (entry.value or Decimal(0)))

    worthwhile = [target for target in offered.targets if away(target) >= Decimal("1.5") * away(stop)]
    if not worthwhile:
        stop = min(offered.stops, key=away)
        worthwhile = [max(offered.targets, key=away)]
    return entry, stop, worthwhile[0]


def _thesis(
    case: Case,
    action: Action,
    forward: Sequence[Reading],
    against: Sequence[Reading],
    chosen: tuple[Evidence, Evidence, Evidence],
) -> str:
    if action is Action.HOLD:
        return _stalemate(case, forward, against)
    entry, stop, target = (plain(one.value or Decimal(0)) for one in chosen)
    leaning = cited([one.id for one in chosen])
    verb = "Buy" if action is Action.BUY else "Sell"
    reasons = " ".join(one.claim.text for one in forward)
    counter = "Nothing of weight stands against it."
    if against:
        verbs = ("stands", "weighs") if len(against) == 1 else ("stand", "weigh")
        counter = f"Against it {verbs[0]} {_named(against)}, which {verbs[1]} less."
    return (
        f"{verb} {case.brief.symbol}. {reasons} {counter} "
        f"Enter near {entry}, stop at {stop}, target {target} {leaning}. {_grounds(case, forward, against)}"
    )


def _grounds(case: Case, forward: Sequence[Reading], against: Sequence[Reading]) -> str:
    """What the confidence rests on, in words."""
    found = _all(case)
    own = weighed([one for one in found if one.side is forward[0].side])
    other = weighed([one for one in found if one.side and one.side is not forward[0].side]) if against else Decimal(0)
    share = own / (own + other)
    agreeing = (
        "Nearly all" if share > Decimal("0.85") else "Most" if share > Decimal("0.65") else "Somewhat more than half"
    )
    silent = len(case.reports) - sum(bool(report.points) for report in case.reports)
    missing = ("", ", with one report silent", ", with two reports silent", ", with three reports silent")[
        min(silent, 3)
    ]
    return f"{agreeing} of the evidence by weight agrees{missing}."


def _stalemate(case: Case, forward: Sequence[Reading], against: Sequence[Reading]) -> str:
    name = case.brief.symbol
    if not forward and not against:
        return f"There is no evidence to act on in {name}, so the desk holds."
    if not forward or not against:
        return f"What there is in {name}, {_named([*forward, *against])}, is too weak to act on."
    return (
        f"The evidence in {name} pulls both ways: {_named(forward[:1])} speaks for buying, {_named(against[:1])} "
        "against it. Neither side is ahead by enough."
    )


def _named(chosen: Sequence[Reading]) -> str:
    return joined([f"{one.name} {cited((one.evidence.id,))}" for one in chosen])


def _invalidation(case: Case, action: Action, found: Sequence[Reading], stop: Evidence, target: Evidence) -> str:
    price = plain(stop.value or Decimal(0))
    if action is Action.HOLD:
        other = plain(target.value or Decimal(0))
        low, high = (price, other) if (stop.value or 0) < (target.value or 0) else (other, price)
        return f"A close outside {low} to {high} would be reason to look again {cited((stop.id, target.id))}."
    word, back, own = ("below", "down", Side.BULL) if action is Action.BUY else ("above", "up", Side.BEAR)
    turn = next((one for one in found if one.family == "turn" and one.side is own), None)
    early = f"; an early warning is {turn.name} turning {back} again {cited((turn.evidence.id,))}" if turn else ""
    return f"A close {word} {price} proves it wrong {cited((stop.id,))}{early}."
