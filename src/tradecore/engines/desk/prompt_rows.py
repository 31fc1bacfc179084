"""What prompts show as data: evidence, and what was said before, as JSON lines in blocks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tradecore.engines.desk.debate_claims import Labelled, claims_of, other
from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.reasoner import Case
from tradecore.model.evidence import Evidence, EvidenceKind
from tradecore.model.steps import Action, Proposed, Ruled, Side

# Bounds on the length of a prompt: rows of evidence, and characters of a row.
_MAX_ROWS, _MAX_ROW_LENGTH = 120, 520


def evidence_rows(evidence: Iterable[Evidence]) -> Iterable[dict[str, str]]:
    """Evidence as rows; an outlet stands in the row of each news item, everything else where it changes."""
    previous: dict[str, str] = {}
    for item in evidence:
        row = {"id": item.id, "topic": item.kind, "statement": clipped(item.statement)}
        if item.kind is EvidenceKind.NEWS:
            yield {
                **row,
                **({"summary": clipped(item.detail)} if item.detail else {}),
                "outlet": clipped(item.source),
            }
            continue
        origin = {"known": str(item.as_of), "source": clipped(item.source)}
        yield {**row, **{name: value for name, value in origin.items() if previous.get(name) != value}}
        previous = origin


def fitting(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that fits, in order. Headlines, which alone can be many, are left out first.

    The account is no part of the case: trader and risk manager see it in their tasks.
    """
    rows = [item for item in evidence if item.kind is not EvidenceKind.PORTFOLIO]
    ranked = sorted(range(len(rows)), key=lambda index: rows[index].kind is EvidenceKind.NEWS)
    return [rows[index] for index in sorted(ranked[:_MAX_ROWS])]


def account_block(case: Case) -> str:
    """The account of the caller as a block of a task; empty where nothing is known of it."""
    rows = [item for item in case.evidence if item.kind is EvidenceKind.PORTFOLIO]
    return f"<account>\n{json_lines(evidence_rows(rows))}\n</account>\n\n" if rows else ""


def report_rows(case: Case) -> Iterable[dict[str, Any]]:
    """The reports of the analysts as rows, those of silent ones included."""
    for report in case.reports:
        if report.failure:
            yield {"who": f"{report.analyst} analyst", "report": "none: this analyst gave no usable answer"}
            continue
        points = [claim.text for claim in report.points]
        risks = {"risks": list(report.risks)} if report.risks else {}
        yield {"who": f"{report.analyst} analyst", "score": f"{report.score}", "points": points, **risks}


def round_claims(case: Case, number: int) -> Iterable[dict[str, Any]]:
    """The claims of both sides in a round, after those of earlier rounds that are answered in it."""
    current = [(side, row) for side in Side for row in claims_of(case, side) if row.round == number]
    for side in Side:
        answered = {row.claim.answers for by, row in current if by is not side and row.claim.answers}
        earlier = (row for row in claims_of(case, side) if row.round < number and row.label in answered)
        yield from (claim_row(side, row) for row in earlier)
    yield from (claim_row(side, row) for side, row in current)


def claim_row(side: Side, row: Labelled) -> dict[str, Any]:
    """A claim of the debate as a row."""
    answers = {"answers": f"{other(side)} {row.claim.answers}"} if row.claim.answers else {}
    return {"who": side, "label": row.label, **answers, "claim": row.claim.text}


def ruling_row(ruled: Ruled) -> dict[str, Any]:
    """A ruling of the judge as a row."""
    return {"who": "judge", "round": ruled.round, "balance": f"{ruled.balance}", "ruling": ruled.text}


def plan_row(proposal: Proposed) -> dict[str, Any]:
    """The plan of the trader as a row."""
    return {
        "who": "trader",
        "action": proposal.action,
        **({"intent": proposal.intent} if proposal.intent else {}),
        "confidence": plain_number(proposal.confidence),
        "entry": plain_number(proposal.entry),
        "stop": plain_number(proposal.stop),
        "target": plain_number(proposal.target),
        "thesis": proposal.thesis,
        "invalidation": proposal.invalidation,
    }


def level_offers(case: Case) -> str:
    """A line for each action, with the ids of the stops and targets that were computed for it."""
    rows = []
    for action in Action:
        offered = levels(case.by_measure, action)
        stops, targets = (", ".join(level.id for level in side) for side in (offered.stops, offered.targets))
        rows.append(f"  {action}: stop {stops}; target {targets}\n")
    return "".join(rows)


def said_block(rows: Iterable[Mapping[str, Any]]) -> str:
    """What was said before, as a block of a task."""
    lines = json_lines(rows)
    return f"\n<said>\n{lines}\n</said>\n\n" if lines else "\n"


def json_lines(rows: Iterable[object]) -> str:
    """Rows as JSON, one a line."""
    return "\n".join(encoded(row) for row in rows)


def encoded(value: object) -> str:
    """JSON on one line that cannot contain the marker of a block, whatever the value."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
    return text.encode("utf-8", "replace").decode()


def plain_number(value: Decimal | None) -> str | None:
    """A number without exponent."""
    return None if value is None else f"{value:f}"


def clipped(text: str, longest: int = _MAX_ROW_LENGTH) -> str:
    """The beginning of a text, with a sign that it goes on."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
