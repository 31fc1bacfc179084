"""Blanks: the steps of an analysis for which no usable answer came, empty but for the sentence that says why."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve

from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.reports import unwritten
from tradecore.engines.desk.risk import assess
from tradecore.model.steps import Action, Analyst, Argued, Assessed, Proposed, Reported, Ruled, Side, Step
from tradecore.model.usage import Call

NOT_ASKED = "Nobody was asked for this, since an answer before it could not be used."


def band(case: Case) -> tuple[Decimal, Decimal, Decimal]:
    """Entry, stop and target of a HOLD that nobody has argued for: the average ranges around the last close."""
    offered = levels(case.by_measure, Action.HOLD)
    zero = Decimal(0)
    return offered.entry.value or zero, offered.stops[-1].value or zero, offered.targets[-1].value or zero


def blank_report(case: Case, analyst: Analyst, why: str, calls: Sequence[Call] = ()) -> Reported:
    """No report; `why` is a sentence, here as below, and `calls` what it took to get nothing."""
    return Reported(analyst, Decimal(0), (), (), unwritten(case, analyst, why), calls=tuple(calls), unusable=why)


def blank_argument(number: int, side: Side, why: str, calls: Sequence[Call] = ()) -> Argued:
    """No argument."""
    return Argued(number, side, (), why, calls=tuple(calls), unusable=why)


def blank_ruling(number: int, why: str, calls: Sequence[Call] = ()) -> Ruled:
    """No ruling."""
    return Ruled(number, Decimal(0), why, calls=tuple(calls), unusable=why)


def blank_plan(case: Case, why: str, calls: Sequence[Call] = ()) -> Proposed:
    """No plan: a HOLD without confidence."""
    entry, stop, target = band(case)
    zero = Decimal(0)
    return Proposed(Action.HOLD, zero, entry, stop, target, why, why, (), calls=tuple(calls), unusable=why)


def blank_concerns(computed: Assessed, why: str, calls: Sequence[Call] = ()) -> Assessed:
    """The computed risk, with nothing said about it."""
    return evolve(computed, concerns=(why,), calls=tuple(calls), unusable=why)


def blank(case: Case, key: str) -> Step:
    """The step of a key that nobody is asked for any more."""
    kind, *rest = key.split(":")
    if kind == "report":
        return blank_report(case, Analyst(rest[0]), NOT_ASKED)
    if kind == "argue":
        return blank_argument(int(rest[0]), Side(rest[1]), NOT_ASKED)
    if kind == "rule":
        return blank_ruling(int(rest[0]), NOT_ASKED)
    if kind == "propose":
        return blank_plan(case, NOT_ASKED)
    return blank_concerns(assess(case.by_measure, case.proposal), NOT_ASKED)
