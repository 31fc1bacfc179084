"""Validation: what a step may say, given the evidence. Each fault is a sentence that says what to change."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.contradictions import contradictions, split_sentences
from tradecore.engines.desk.grounding import ungrounded
from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.risk import position_value
from tradecore.engines.desk.search_terms import search_terms
from tradecore.engines.desk.wording import citations, model_label
from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.steps import (
    Action,
    Argued,
    Assessed,
    Claim,
    Proposed,
    Reported,
    RiskArgued,
    RiskRuled,
    Ruled,
    Step,
)

# As shares of the last close: a plan for the coming weeks has no level outside of them.
_LOWEST, _HIGHEST = Decimal("0.25"), Decimal(2)


def faults(case: Case, step: Step) -> tuple[str, ...]:
    """The faults of a step of this case, one sentence each; empty where the step holds."""
    if step.failure:
        return (step.failure,)
    known = _known(case)
    sentences: Iterator[str] = iter(())
    if isinstance(step, Reported):
        sentences = _report(case, step, known)
    elif isinstance(step, Argued):
        sentences = _argument(case, step, known)
    elif isinstance(step, Ruled):
        sentences = _ruling(case, step, known)
    elif isinstance(step, RiskArgued):
        sentences = _view(case, step, known)
    elif isinstance(step, RiskRuled):
        sentences = _risk_ruling(case, step, known)
    elif isinstance(step, Proposed):
        sentences = _proposal(case, step, known)
    elif isinstance(step, Assessed):
        sentences = _concerns(case, step, known)
    return tuple(dict.fromkeys(sentences))


def unsupported(
    case: Case, claim: Claim, *, needs_evidence: bool = True, allowed: Iterable[Decimal] = ()
) -> tuple[str, ...]:
    """The faults of one claim: evidence that is missing or does not exist, numbers and dates that are not in it.

    Numbers in `allowed` need no evidence. Where `needs_evidence` is false, a claim may cite nothing.
    """
    sentences = _claims(case, (claim,), _known(case), allowed)
    return tuple(fault for fault in dict.fromkeys(sentences) if needs_evidence or fault != _uncited(claim))


def _known(case: Case) -> Mapping[EvidenceId, Evidence]:
    return {evidence.id: evidence for evidence in case.evidence}


def _report(case: Case, step: Reported, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    if not _within(step.score, -1, 1):
        yield f"The score {step.score} lies outside -1 to +1."
    if not step.points and step.score != 0:
        yield f"The score {step.score} rests on no point; without points it has to be 0."
    yield from _claims(case, step.points, known)
    names = tuple(model_label(call.model) for call in step.calls)
    yield from _text(case, step.markdown, (), known, allowed=(abs(step.score),), names=names)
    for risk in step.risks:
        yield from _text(case, risk, (), known)


def _argument(case: Case, step: Argued, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    if not step.text.strip():
        yield f"The {step.side} argument of round {step.round} is empty."
    yield from _claims(case, step.claims, known)
    cites = tuple(cite for claim in step.claims for cite in claim.cites)
    yield from _text(case, step.text, cites, known)


def _ruling(case: Case, step: Ruled, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    if not _within(step.balance, -1, 1):
        yield f"The balance {step.balance} lies outside -1 to +1."
    if not step.text.strip():
        yield f"The ruling of round {step.round} is empty."
    yield from _text(case, step.text, (), known)


def _view(case: Case, step: RiskArgued, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    if not step.text.strip():
        yield f"The {step.voice} view of round {step.round} is empty."
    yield from _claims(case, step.claims, known)
    cites = tuple(cite for claim in step.claims for cite in claim.cites)
    yield from _text(case, step.text, cites, known)


def _risk_ruling(case: Case, step: RiskRuled, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    if not step.text.strip():
        yield "The ruling on the risk is empty."
    yield from _exist(step.cites, known)
    yield from _text(case, step.text, step.cites, known)


def _proposal(case: Case, step: Proposed, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    if not _within(step.confidence, 0, 10):
        yield f"The confidence {step.confidence} lies outside 0 to 10."
    offered = levels(case.by_measure, step.action)
    for name, price, choices in (
        ("entry", step.entry, (offered.entry,)),
        ("stop", step.stop, offered.stops),
        ("target", step.target, offered.targets),
    ):
        if price not in [choice.value for choice in choices]:
            shown = ", ".join(f"{choice.value}" for choice in choices)
            yield f"The {name} {price} is not among the computed levels for a {step.action}: {shown}."
    close = case.by_measure["close"].value or Decimal(0)
    for name, price in (("entry", step.entry), ("stop", step.stop), ("target", step.target)):
        if not _within(price, _LOWEST * close, _HIGHEST * close):
            yield f"The {name} {price} is not plausible beside the last close {close}."
    if not all(price.is_finite() for price in (step.entry, step.stop, step.target)):
        return
    if step.action is Action.SELL:
        if not step.target < step.entry < step.stop:
            yield f"A SELL needs target < entry < stop, not {step.target}, {step.entry}, {step.stop}."
    elif not step.stop < step.entry < step.target:
        yield f"A {step.action} needs stop < entry < target, not {step.stop}, {step.entry}, {step.target}."
    if step.action is not Action.HOLD and not step.cites:
        yield f"A {step.action} has to cite evidence."
    yield from _exist(step.cites, known)
    yield from _text(case, step.thesis, step.cites, known)
    yield from _text(case, step.invalidation, step.cites, known)


def _concerns(case: Case, step: Assessed, known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    allowed = position_numbers(case, step.position_size)
    for concern in step.concerns:
        yield from _text(case, concern, (), known, allowed=allowed)


def position_numbers(case: Case, size: Decimal) -> tuple[Decimal, ...]:
    """The numbers of a position that concerns may name without evidence: its size in percent, its value in money."""
    value = position_value(case.by_measure, size)
    return (size,) if value is None else (size, value)


def _claims(
    case: Case, claims: Iterable[Claim], known: Mapping[EvidenceId, Evidence], allowed: Iterable[Decimal] = ()
) -> Iterator[str]:
    for claim in claims:
        if not claim.cites:
            yield _uncited(claim)
        yield from _exist(claim.cites, known)
        yield from _text(case, claim.text, claim.cites, known, allowed)


def _uncited(claim: Claim) -> str:
    return f"The claim “{_short(claim.text)}” cites no evidence."


def _exist(cites: Sequence[EvidenceId], known: Mapping[EvidenceId, Evidence]) -> Iterator[str]:
    for cite in cites:
        if cite not in known:
            yield f"There is no evidence {cite}; the ids go from E1 to E{len(known)}."


def _text(
    case: Case,
    text: str,
    cites: Sequence[EvidenceId],
    known: Mapping[EvidenceId, Evidence],
    allowed: Iterable[Decimal] = (),
    names: Iterable[str] = (),
) -> Iterator[str]:
    """Faults of citations, numbers and dates in a text, which cites evidence in brackets or in `cites`."""
    inline = citations(text)
    yield from _exist(inline, known)
    cited = [known[cite] for cite in (*cites, *inline) if cite in known]
    numbers, dates = _ungrounded(_without_names(text, case, names), cited, case, tuple(allowed))
    for number in numbers:
        yield f"The number {number} is not in the evidence cited beside it: “{_short(text)}”."
    for day in dates:
        yield f"The date {day} is not in the evidence cited beside it: “{_short(text)}”."
    for evidence in _contradicted(case, text, cites, known) if case.language.is_english else ():
        yield f"“{_short(text)}” contradicts {evidence.id}: {evidence.statement}"


def _ungrounded(
    text: str, cited: Sequence[Evidence], case: Case, allowed: Sequence[Decimal]
) -> tuple[Iterable[str], Iterable[str]]:
    """The unsupported numbers and dates of a text, as its language writes them.

    With a decimal comma, texts of models stand beside texts of the desk, so a sentence holds if either reading does.
    """
    numbers, dates = ungrounded(text, cited, case.brief, allowed)
    if not numbers or not case.language.decimal_comma:
        return numbers, dates
    left: dict[str, None] = {}
    for sentence in split_sentences(text):
        found, _ = ungrounded(sentence, cited, case.brief, allowed)
        if found:
            found, _ = ungrounded(case.language.plain_numbers(sentence), cited, case.brief, allowed)
        left.update(dict.fromkeys(found))
    return left, dates


def _contradicted(
    case: Case, text: str, cites: Sequence[EvidenceId], known: Mapping[EvidenceId, Evidence]
) -> Iterator[Evidence]:
    """Evidence that a text contradicts; each sentence of a longer text is compared with what it cites itself."""
    for sentence in split_sentences(text):
        ids = tuple(cite for cite in dict.fromkeys(citations(sentence) or cites) if cite in known)
        # A statement is compared when it is kept or dropped, and again within its report or argument.
        if (sentence, ids) not in case.judged:
            case.judged[sentence, ids] = contradictions(sentence, [known[cite] for cite in ids], case.by_measure)
        yield from case.judged[sentence, ids]


def _without_names(text: str, case: Case, names: Iterable[str]) -> str:
    """The text without the names of symbol, sources and models, since digits in a name are no numbers."""
    symbol = case.brief.symbol
    terms = (term.removeprefix("$") for term in search_terms(symbol))
    every = {symbol, *terms, *case.collected.sources, *names}
    # Longer names come first, since a name may contain another one. Only whole words count: a 3 in 39.3 is no name.
    pattern = "|".join(re.escape(name) for name in sorted(every, key=lambda name: (-len(name), name)) if name)
    return re.sub(rf"(?<![\w.,])(?:{pattern})(?![\w%]|[.,]\d)", " ", text)


def _within(value: Decimal, low: Decimal | int, high: Decimal | int) -> bool:
    return value.is_finite() and low <= value <= high


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
