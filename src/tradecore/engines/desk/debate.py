"""The debate of the rule-based desk: both sides argue from their strongest evidence, and a judge weighs the claims."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from tradecore.engines.desk.phrases import phrases
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.signals import Signal, pick_variant, total_strength
from tradecore.engines.desk.wording import citation, join_words
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Argued, Claim, Ruled, Side

_NEW_CLAIMS = 2
# The weight that is left of a claim once the other side has answered it.
_ANSWERED_WEIGHT = Decimal("0.8")
# Keeps the balance of a debate with little evidence near zero.
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
_EXHAUSTED = {
    Side.BULL: ("The bull has no evidence left to bring", "Nothing new from the bull's side"),
    Side.BEAR: ("The bear has no evidence left to bring", "Nothing new from the bear's side"),
}


def argument(case: Case, ranked: Sequence[Signal], number: int, side: Side) -> Argued:
    """A side's argument in round `number`: its strongest unused signals, then an answer to the strongest open claim.

    `ranked` are the signals of the case, the strongest first.
    """
    own = [signal for signal in ranked if signal.side is side]
    if not own:
        return Argued(round=number, side=side, claims=(), text=_EMPTY[side].format(symbol=case.brief.symbol))
    used = _cited(case, side)
    new = [signal for signal in own if signal.evidence.id not in used][:_NEW_CLAIMS]
    claims = [signal.claim for signal in new]
    opening = _opening(case, own, new, number, side)
    text = " ".join([opening, *(claim.text for claim in claims)])
    answer = _answer(case, ranked, own, new, side)
    if answer is not None:
        claims.append(answer)
        text = f"{text} {answer.text}"
    return Argued(round=number, side=side, claims=tuple(claims), text=text.strip())


def _opening(case: Case, own: Sequence[Signal], new: Sequence[Signal], number: int, side: Side) -> str:
    if not new:
        standing = join_words([_name(signal) for signal in own[:2]])
        return (
            f"{pick_variant(case, f'spent {side} {number}', _EXHAUSTED[side])}; what was said about {standing} stands."
        )
    if number == 1:
        return pick_variant(case, f"open {side}", _OPENINGS[side]).format(symbol=case.brief.symbol)
    return _FURTHER[(number + (side is Side.BEAR)) % len(_FURTHER)]


def _answer(
    case: Case, ranked: Sequence[Signal], own: Sequence[Signal], new: Sequence[Signal], side: Side
) -> Claim | None:
    other = Side.BEAR if side is Side.BULL else Side.BULL
    own_cites = _cited(case, side)
    open_claims = [
        signal
        for signal in ranked
        if signal.side is other and signal.evidence.id in _cited(case, other) and signal.evidence.id not in own_cites
    ]
    if not open_claims:
        return None
    theirs = open_claims[0]
    # Preferably evidence of another family than the claim, and not what this turn has already claimed.
    candidates = [signal for signal in own if signal.family != theirs.family] or list(own)
    claimed = {signal.evidence.id for signal in new}
    counter = next((signal for signal in candidates if signal.evidence.id not in claimed), candidates[0])
    answered = {signal.family for signal in own if signal.evidence.id in own_cites}
    counter = next(
        (signal for signal in candidates if signal.family not in answered and signal.evidence.id not in claimed),
        counter,
    )
    reason = pick_variant(case, f"{theirs.evidence.id} {counter.evidence.id}", phrases().reasons[counter.family])
    template = pick_variant(
        case,
        f"form {theirs.evidence.id}",
        (
            "Against {theirs}, we set {ours}: {reason}.",
            "As for {theirs}, {ours} should count for more, since {reason}.",
            "The other side leans on {theirs}; {ours} answers it, for {reason}.",
        ),
    )
    text = template.format(
        theirs=_name(theirs),
        ours=_name(counter),
        reason=reason,
    )
    return Claim(text=text, cites=(counter.evidence.id, theirs.evidence.id))


def _cited(case: Case, side: Side) -> frozenset[EvidenceId]:
    """The ids that a side has cited so far, in claims and answers."""
    return frozenset(
        cite for step in case.arguments if step.side is side for claim in step.claims for cite in claim.cites
    )


def ruling(case: Case, ranked: Sequence[Signal], number: int) -> Ruled:
    """The ruling after round `number`, from the weights of all claims so far.

    `ranked` are the signals of the case, the strongest first.
    """
    bull, bear = _claimed(case, ranked, Side.BULL), _claimed(case, ranked, Side.BEAR)
    weight_for, weight_against = _weight(case, bull, Side.BEAR), _weight(case, bear, Side.BULL)
    balance = ((weight_for - weight_against) / (weight_for + weight_against + _DAMPING)).quantize(
        Decimal("0.01"), rounding=ROUND_HALF_EVEN
    )
    balance = abs(balance) if balance == 0 else balance
    before = case.rulings[-1].balance if case.rulings else None
    return Ruled(round=number, balance=balance, text=_verdict(case, bull, bear, balance, before, number))


def _claimed(case: Case, ranked: Sequence[Signal], side: Side) -> list[Signal]:
    cited = _cited(case, side)
    return [signal for signal in ranked if signal.side is side and signal.evidence.id in cited]


def _weight(case: Case, claimed: Sequence[Signal], other: Side) -> Decimal:
    answered = _cited(case, other)
    met = [signal for signal in claimed if signal.evidence.id in answered]
    # Signals of a family are discounted together, so the answered share is measured in plain strengths.
    plain = sum((signal.strength for signal in claimed), Decimal(0))
    share = sum((signal.strength for signal in met), Decimal(0)) / plain if plain else Decimal(0)
    return total_strength(claimed) * (1 - share * (1 - _ANSWERED_WEIGHT))


def _verdict(
    case: Case, bull: Sequence[Signal], bear: Sequence[Signal], balance: Decimal, before: Decimal | None, number: int
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


def _first(ahead: Side, won: Sequence[Signal], behind: Side, lost: Sequence[Signal]) -> str:
    best = f"The {ahead}'s best point is {_name(won[0])}" if won else f"The {ahead} has brought nothing"
    rest = f"the {behind}'s is {_name(lost[0])}" if lost else f"the {behind} brings nothing against it"
    return f"{best}; {rest}."


def _repeats(bull: Sequence[Signal], bear: Sequence[Signal]) -> str:
    for claimed in (bull, bear):
        families = [signal.family for signal in claimed]
        repeated = next((family for family in families if families.count(family) > 1), None)
        if repeated is not None:
            same = [signal for signal in claimed if signal.family == repeated][:2]
            text = f"{join_words([_name(signal) for signal in same])} say much the same, so the second counts half."
            return text[0].upper() + text[1:]
    return ""


def _added(case: Case, number: int, claimed: dict[Side, Sequence[Signal]]) -> str:
    earlier = Case(case.brief, case.collected, tuple(step for step in case.arguments if step.round < number))
    parts = []
    for side, claims in claimed.items():
        new = [signal for signal in claims if signal.evidence.id not in _cited(earlier, side)]
        parts.append(
            f"the {side} added {join_words([_name(signal) for signal in new])}" if new else f"the {side} added nothing"
        )
    text = "; ".join(parts)
    return "Neither side added anything." if text.count("nothing") == 2 else f"{text[0].upper()}{text[1:]}."


def _name(signal: Signal) -> str:
    return f"{signal.name} {citation((signal.evidence.id,))}"


def _moved(before: Decimal, now: Decimal) -> str:
    shift = now - before
    if abs(shift) < Decimal("0.05"):
        return "That changes little."
    winner = "bull" if shift > 0 else "bear"
    return f"That helps the {winner} a little." if abs(shift) < Decimal("0.2") else f"The round goes to the {winner}."
