"""The replies of the debate about the risk of a plan, and their parsers."""

from typing import Any

from attrs import frozen

from tradecore.engines.desk.replies import STATEMENT, InvalidReply, ReplyParser, list_of, object_of, read_claims
from tradecore.model.steps import Claim, RiskRuling
from tradecore.ports.language import ResponseFormat


@frozen
class ViewReply:
    """The statements of a voice."""

    statements: tuple[Claim, ...]


@frozen
class RiskRulingReply:
    """The ruling of the risk manager, with at least one reason."""

    ruling: RiskRuling
    reasons: tuple[Claim, ...]


def _risk_ruling(value: Any) -> RiskRulingReply:
    reasons = read_claims(value["reasons"])
    if not reasons:
        raise InvalidReply(["A ruling needs at least one reason."])
    return RiskRulingReply(RiskRuling(value["ruling"]), reasons)


VIEW = ReplyParser(
    ResponseFormat("risk_view", object_of(statements=list_of(STATEMENT))),
    lambda value: ViewReply(read_claims(value["statements"])),
)
RISK_RULING = ReplyParser(
    ResponseFormat(
        "risk_ruling",
        object_of(ruling={"type": "string", "enum": [*map(str, RiskRuling)]}, reasons=list_of(STATEMENT)),
    ),
    _risk_ruling,
)
