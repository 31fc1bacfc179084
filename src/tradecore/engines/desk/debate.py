"""The debate of the rule-based desk: both sides argue from the strongest evidence left, a judge weighs what was said."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from tradecore.engines.desk.phrases import REASONS
from tradecore.engines.desk.readings import Reading, pick, weighed
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.wording import cited, joined
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Argued, Claim, Ruled, Side

_FRESH_CLAIMS = 2
# What a claim still weighs once the other side has answered it.
_ANSWERED = Decimal("0.8")
# So little evidence in all cannot tip the scales far.
_DAMPING = Decimal("0.6")
_ORDINALS = ("opening", "second", "third", "fourth", "fifth")

_OPENINGS = {
    Side.BULL: ("The case for buying {symbol} starts here.", "Why own {symbol} now?", "There is a case for {symbol}."),
    Side.BEAR: (
        "Before anyone buys {symbol}, consider this.",
        "The case against {symbol} is plain.",
        "There are reasons to stay out of {symbol}.",
    ),
}
_FURTHER = ("There is more.", "To add to it:", "Further evidence:", "And this has not been said yet:")
_EMPTY = {
    Side.BULL: "The bull finds nothing in this evidence that speaks for buying {symbol}, and will not make something up.",
    Side.BEAR: "The bear finds nothing in this evidence that speaks against {symbol}, and will not make something up.",
}
_SPENT = {
    Side.BULL: ("The bull has no evidence left to bring", "Nothing new from the bull's side"),
    Side.BEAR: ("The bear has no evidence left to bring", "Nothing new from the bear's side"),
}


def argument(case: Case, found: Sequence[Reading], number: int, side: Side) -> Argued:
    """The strongest evidence of a side that it has not used, then an answer to the other side's strongest open claim."""
    own = [one for one in found if one.side is side]
    if not own:
        return Argued(round=number, side=side, claims=(), text=_EMPTY[side].format(symbol=case.brief.symbol))
    used = _said(case, side)
    fresh = [one for one in own if one.evidence.id not in used][:_FRESH_CLAIMS]
    claims = [one.claim for one in fresh]
    opening = _opening(case, own, fresh, number, side)
    text = " ".join([opening, *(claim.text for claim in claims)])
    answer = _answer(case, found, own, fresh, side)
    if answer is not None:
        claims.append(answer)
        text = f"{text} {answer.text}"
    return Argued(round=number, side=side, claims=tuple(claims), text=text.strip())


def _opening(case: Case, own: Sequence[Reading], fresh: Sequence[Reading], number: int, side: Side) -> str:
    if not fresh:
        standing = joined([f"{one.name} {cited((one.evidence.id,))}" for one in own[:2]])
        return f"{pick(case, f'spent {side} {number}', _SPENT[side])}; what was said about {standing} stands."
    if number == 1:
        return pick(case, f"open {side}", _OPENINGS[side]).format(symbol=case.brief.symbol)
    return _FURTHER[(number + (side is Side.BEAR)) % len(_FURTHER)]


def _answer(
    case: Case, found: Sequence[Reading], own: Sequence[Reading], fresh: Sequence[Reading], side: Side
) -> Claim | None:
    other = Side.BEAR if side is Side.BULL else Side.BULL
    mine = _said(case, side)
    open_claims = [
        one
        for one in found
        if one.side is other and one.evidence.id in _said(case, other) and one.evidence.id not in mine
    ]
    if not open_claims:
        return None
    theirs = open_claims[0]
    # Another kind of evidence than the one it answers, and not one that was just put forward, where there is a choice.
    choice = [one for one in own if one.family != theirs.family] or list(own)
    just = {one.evidence.id for one in fresh}
    counter = next((one for one in choice if one.evidence.id not in just), choice[0])
    answered = {one.family for one in own if one.evidence.id in mine}
    counter = next((one for one in choice if one.family not in answered and one.evidence.id not in just), counter)
    reason = pick(case, f"{theirs.evidence.id} {counter.evidence.id}", REASONS[counter.family])
    form = pick(
        case,
        f"form {theirs.evidence.id}",
        (
            "Against {theirs} we set {ours}: {reason}.",
            "As for {theirs}, {ours} should count for more, since {reason}.",
            "The other side leans on {theirs}; {ours} answers it, for {reason}.",
        ),
    )
    text = form.format(
        theirs=f"{theirs.name} {cited((theirs.evidence.id,))}",
        ours=f"{counter.name} {cited((counter.evidence.id,))}",
        reason=reason,
    )
    return Claim(text=text, cites=(counter.evidence.id, theirs.evidence.id))


def _said(case: Case, side: Side) -> frozenset[EvidenceId]:
    """All that a side has cited so far, its answers to the other side included."""
    return frozenset(
        cite for step in case.arguments if step.side is side for claim in step.claims for cite in claim.cites
    )


def ruling(case: Case, found: Sequence[Reading], number: int) -> Ruled:
    """What the claims made so far weigh against each other; each further one of a kind counts half."""
    bull, bear = _heard(case, found, Side.BULL), _heard(case, found, Side.BEAR)
    for_it, against = _weight(case, bull, Side.BEAR), _weight(case, bear, Side.BULL)
    balance = ((for_it - against) / (for_it + against + _DAMPING)).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    balance = abs(balance) if balance == 0 else balance
    before = case.rulings[-1].balance if case.rulings else None
    return Ruled(round=number, balance=balance, text=_verdict(case, bull, bear, balance, before, number))


def _heard(case: Case, found: Sequence[Reading], side: Side) -> list[Reading]:
    said = _said(case, side)
    return [one for one in found if one.side is side and one.evidence.id in said]


def _weight(case: Case, heard: Sequence[Reading], other: Side) -> Decimal:
    answered = _said(case, other)
    open_, met = ([one for one in heard if (one.evidence.id in answered) is known] for known in (False, True))
    whole = weighed(heard)
    # Families overlap between both lists, so the discount is taken in proportion to the plain strengths.
    plain = sum((one.strength for one in heard), Decimal(0))
    share = sum((one.strength for one in met), Decimal(0)) / plain if plain else Decimal(0)
    return whole * (1 - share * (1 - _ANSWERED)) if open_ or met else Decimal(0)


def _verdict(
    case: Case, bull: Sequence[Reading], bear: Sequence[Reading], balance: Decimal, before: Decimal | None, number: int
) -> str:
    ordinal = _ORDINALS[number - 1]
    if not bull and not bear:
        return f"Neither side has evidence to bring; the {ordinal} round decides nothing."
    ahead, behind, name, loser = (bull, bear, "bull", "bear") if balance >= 0 else (bear, bull, "bear", "bull")
    size = abs(balance)
    if size < Decimal("0.1"):
        sentence = f"After the {ordinal} round the scales are level."
    else:
        degree = "narrowly" if size < Decimal("0.3") else "clearly" if size < Decimal("0.6") else "by far"
        sentence = f"After the {ordinal} round the {name} is {degree} ahead."
    if ahead:
        sentence += f" What carries most is {ahead[0].name} {cited((ahead[0].evidence.id,))}"
        if behind:
            sentence += f"; the {loser}'s best point is {behind[0].name} {cited((behind[0].evidence.id,))}"
        else:
            sentence += f", and the {loser} brings nothing against it"
        sentence += "."
    families = [one.family for one in (*bull, *bear)]
    if len(families) - len(set(families)) >= 2 and number == 1:
        sentence += " Where several points say the same in other words, each further one counts half."
    if before is not None:
        sentence += f" {_moved(before, balance)}"
    return sentence


def _moved(before: Decimal, now: Decimal) -> str:
    shift = now - before
    if abs(shift) < Decimal("0.05"):
        return "This round changed little."
    winner = "bull" if shift > 0 else "bear"
    return (
        f"The {winner} gained ground in this round." if abs(shift) < Decimal("0.2") else f"The {winner} won this round."
    )
