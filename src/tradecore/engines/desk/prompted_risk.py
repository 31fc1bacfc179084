"""The debate about the risk of a plan, by a language model."""

from collections.abc import Sequence

from attrs import frozen

from tradecore.engines.desk.model_calls import RISK_MANAGER, ModelCalls
from tradecore.engines.desk.placeholders import placeholder_risk_ruling, placeholder_view
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.replies import InvalidReply
from tradecore.engines.desk.response_check import Need, ResponseCheck
from tradecore.engines.desk.risk_prompts import risk_ruling_task, view_task
from tradecore.engines.desk.risk_replies import RISK_RULING, VIEW, RiskRulingReply, ViewReply
from tradecore.engines.desk.statements import paragraph
from tradecore.model.steps import Action, RiskArgued, RiskRuled, RiskRuling, RiskVoice
from tradecore.model.usage import Call


@frozen
class PromptedRiskDebate:
    """Asks a language model for each voice, and for the ruling."""

    calls: ModelCalls

    async def view(self, case: Case, number: int, voice: RiskVoice, faults: tuple[str, ...] = ()) -> RiskArgued:
        """See `RiskDebate`."""

        def build(reply: ViewReply, check: ResponseCheck) -> RiskArgued:
            kept = check.keep(reply.statements, Need.WANTED if reply.statements else Need.OPTIONAL)
            texts = kept.texts or [f"The {voice} voice has nothing to add that the evidence supports."]
            return RiskArgued(number, voice, kept.claims, paragraph(texts, kept.dropped))

        def fail(reason: str, calls: Sequence[Call]) -> RiskArgued:
            return placeholder_view(number, voice, reason, calls)

        return await self.calls.step(f"{voice} voice", case, view_task(case, number, voice), VIEW, build, fail, faults)

    async def rule(self, case: Case, faults: tuple[str, ...] = ()) -> RiskRuled:
        """See `RiskDebate`."""

        def build(reply: RiskRulingReply, check: ResponseCheck) -> RiskRuled:
            if reply.ruling is RiskRuling.VETO and case.proposal.action is Action.HOLD:
                raise InvalidReply(
                    ["A HOLD is no trade, so there is nothing to veto; accept or return it."], "it vetoed a HOLD"
                )
            reasons = check.keep(reply.reasons, Need.REQUIRED)
            cites = dict.fromkeys(cite for claim in reasons.claims for cite in claim.cites)
            return RiskRuled(reply.ruling, paragraph(reasons.texts, reasons.dropped), tuple(cites))

        return await self.calls.step(
            RISK_MANAGER, case, risk_ruling_task(case), RISK_RULING, build, placeholder_risk_ruling, faults
        )
