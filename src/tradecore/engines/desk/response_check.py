"""Checking the answer of a language model statement by statement."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from attrs import define, field

from tradecore.engines.desk.answer_fitting import Repair
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.replies import InvalidReply
from tradecore.engines.desk.statements import CheckedClaims, drop_unsupported
from tradecore.model.steps import Claim

NOTHING_SUPPORTED = "the evidence does not support what its last answer rests on"


class Need(StrEnum):
    """How much an answer needs the statements of one of its fields."""

    REQUIRED = "required"
    """Without any of them it is not usable; with fewer than half of them the model gets one repair turn."""
    WANTED = "wanted"
    """With none of them left the model gets one repair turn."""
    OPTIONAL = "optional"


@define
class ResponseCheck:
    """Checks one answer statement by statement: drops what the evidence does not support, while enough is left.

    `faults` are the reasons to ask once more; in the last turn there are none.
    """

    case: Case
    model: str
    last_turn: bool
    repairs: dict[Repair, None] = field(factory=dict)
    faults: list[str] = field(factory=list)
    dropped: int = 0

    def keep(
        self,
        claims: Sequence[Claim],
        need: Need = Need.OPTIONAL,
        *,
        needs_evidence: bool = False,
        allowed: Sequence[Decimal] = (),
    ) -> CheckedClaims:
        """The supported claims. Raises InvalidReply in the last turn where none of the required ones is left."""
        checked = drop_unsupported(self.case, claims, needs_evidence=needs_evidence, allowed=allowed)
        self.dropped += checked.dropped
        if self.last_turn:
            if need is Need.REQUIRED and not checked.claims:
                raise InvalidReply([NOTHING_SUPPORTED], NOTHING_SUPPORTED)
            return checked
        lacking = len(claims) > 2 * len(checked.claims) if need is Need.REQUIRED else not checked.claims
        if need is not Need.OPTIONAL and lacking:
            self.faults += checked.faults
        return checked
