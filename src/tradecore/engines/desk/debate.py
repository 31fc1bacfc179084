"""The debate of the rule-based desk: both sides argue from their strongest evidence, a judge weighs what was said."""

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
    Side.BULL: "The bull finds nothing in this evidence that speaks for {symbol}, and will not make something up.",
    Side.BEAR: "The bear finds nothing in this evidence that speaks against {symbol}, and will not make something up.",
}
_SPENT = {
    Side.BULL: ("The bull has no evidence left to bring", "Nothing new from the bull's side"),
    Side.BEAR: ("The bear has no evidence left to bring", "Nothing new from the bear's side"),
}


def argument(case: Case, found: Sequence[Reading], number: int, side: Side) -> Argued:
    """The strongest evidence of a side not used yet, then an answer to the other side's strongest open claim."""
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
        standing = joined([_name(one) for one in own[:2]])
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
        theirs=_name(theirs),
        ours=_name(counter),
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
    sides = [(Side.BULL, bull), (Side.BEAR, bear)]
    (ahead, won), (behind, lost) = sides if balance >= 0 else sides[::-1]
    size = abs(balance)
    if size < Decimal("0.1"):
        standing = f"After the {ordinal} round the scales are level."
    else:
        degree = "narrowly" if size < Decimal("0.3") else "clearly" if size < Decimal("0.6") else "by far"
        standing = f"After the {ordinal} round the {ahead} is {degree} ahead."
    if before is None:
        return " ".join([standing, _first(ahead, won, behind, lost), _repeats(bull, bear)]).strip()
    return " ".join([standing, _added(case, number, dict(sides)), _moved(before, balance)])


def _first(ahead: Side, won: Sequence[Reading], behind: Side, lost: Sequence[Reading]) -> str:
    best = f"The {ahead}'s best point is {_name(won[0])}" if won else f"The {ahead} has brought nothing"
    rest = f"the {behind}'s is {_name(lost[0])}" if lost else f"the {behind} brings nothing against it"
    return f"{best}; {rest}."


def _repeats(bull: Sequence[Reading], bear: Sequence[Reading]) -> str:
    for heard in (bull, bear):
        kinds = [one.family for one in heard]
        twice = next((one for one in heard if kinds.count(one.family) > 1), None)
        if twice is not None:
            same = [one for one in heard if one.family == twice.family][:2]
            text = f"{joined([_name(one) for one in same])} say much the same, so the second counts half."
            return text[0].upper() + text[1:]
    return ""


def _added(case: Case, number: int, heard: dict[Side, Sequence[Reading]]) -> str:
    earlier = Case(case.brief, case.collected, tuple(step for step in case.arguments if step.round < number))
    parts = []
    for side, all_ in heard.items():
        new = [one for one in all_ if one.evidence.id not in _said(earlier, side)]
        parts.append(f"the {side} added {joined([_name(one) for one in new])}" if new else f"the {side} added nothing")
    text = "; ".join(parts)
    return "Neither side added anything." if text.count("nothing") == 2 else f"{text[0].upper()}{text[1:]}."


def _name(one: Reading) -> str:
    return f"{one.name} {cited((one.evidence.id,))}"


def _moved(before: Decimal, now: Decimal) -> str:
    shift = now - before
    if abs(shift) < Decimal("0.05"):
        return "That changes little."
    winner = "bull" if shift > 0 else "bear"
    return f"That helps the {winner} a little." if abs(shift) < Decimal("0.2") else f"The round goes to the {winner}."
