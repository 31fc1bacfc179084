"""The tasks of the debate about the risk of a plan."""

from collections.abc import Iterable
from typing import Any

from tradecore.engines.desk.prompt_rows import account_block, plan_row, report_rows, ruling_row, said_block
from tradecore.engines.desk.reasoner import Case
from tradecore.model.steps import RiskArgued, RiskVoice

RETURNED = (
    "The risk manager has returned your plan. Make a second one, which is final: meet the reasons, or keep to the plan "
    "and say why they do not hold.\n"
)
_STANCES = {
    RiskVoice.AGGRESSIVE: "Make the strongest honest case for taking the risk: what the plan gains where the evidence "
    "is right, and what it costs to wait.",
    RiskVoice.NEUTRAL: "Weigh both sides: which of the risks are paid for by the evidence, and which are not.",
    RiskVoice.CONSERVATIVE: "Make the strongest honest case for the safety of the money: what the plan loses where the "
    "evidence is wrong, thin or old, and what nobody has looked at.",
}


def view_task(case: Case, number: int, voice: RiskVoice) -> str:
    """The task of a voice in round `number`, from 1, of the debate about the risk of the plan."""
    said = [*report_rows(case), *map(ruling_row, case.rulings[-1:]), plan_row(case.proposal), *_views(case)]
    return (
        f"{said_block(said)}{account_block(case)}Your task: you are the {voice} voice in round {number} of "
        f"{case.brief.risk_rounds} of the debate about the risk of this plan. {_STANCES[voice]}\n"
        "- `statements`: at most three new ones. Where another voice has spoken above, answer it; agree where it is "
        "right. Levels and size are computed by the desk.\n"
    )


def risk_ruling_task(case: Case) -> str:
    """The task of the risk manager after the debate about the risk of the plan."""
    said = [*report_rows(case), *map(ruling_row, case.rulings[-1:]), plan_row(case.proposal), *_views(case)]
    return (
        f"{said_block(said)}{account_block(case)}Your task: you are the risk manager ruling on this plan. Weigh what "
        "the three voices have said by the evidence, not by their words.\n"
        "- `ruling`: accept, to let it stand; return, to have the trader make a second plan, which is final; veto, to "
        "have no trade, where no plan would be worth its risk now. A HOLD can only be accepted or returned.\n"
        "- `reasons`: one to three statements: what decides it. After a return, the trader reads them.\n"
    )


def returned_rows(case: Case) -> Iterable[dict[str, Any]]:
    """The first plan and why the risk manager returned it, as rows; nothing before that."""
    if ruled := case.risk_ruling:
        yield plan_row(case.proposal)
        yield {"who": "risk manager", "ruling": ruled.ruling, "reasons": ruled.text}


def _views(case: Case) -> Iterable[dict[str, Any]]:
    return map(_view_row, (view for view in case.risk_views if not view.failure))


def _view_row(view: RiskArgued) -> dict[str, Any]:
    return {"who": f"{view.voice} voice", "round": view.round, "view": view.text}
