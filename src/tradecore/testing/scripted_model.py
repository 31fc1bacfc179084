"""A language model in memory: it answers with a function of the prompt, and keeps the prompts."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from attrs import define, field

from tradecore.model.usage import Call
from tradecore.ports.language import FinishReason, Prompt, Reply

Rows = list[dict[str, Any]]

_FIELDS = {"technical": "price", "sentiment": "sentiment", "news": "news", "fundamentals": "fundamentals"}


def rows_in(text: str, block: str) -> Rows:
    """The rows of a block of a prompt, one per line."""
    match = re.search(rf"<{block}>\n(.*?)\n</{block}>", text, re.DOTALL)
    return [json.loads(line) for line in match[1].split("\n")] if match else []


def valid_answer(prompt: Prompt) -> str:
    """A valid answer that quotes evidence word for word; the plan is a BUY."""
    return json.dumps(_MADE[prompt.response_format.name](prompt, rows_in(prompt.case, "evidence")))


def statement(row: dict[str, Any], text: str = "") -> dict[str, Any]:
    """A statement about a row of evidence."""
    return {"text": text or row["statement"], "cites": [row["id"]]}


def _report(prompt: Prompt, evidence: Rows) -> object:
    match = re.search(r"you are the (\w+) analyst", prompt.task)
    assert match
    own = [row for row in evidence if row["topic"] == _FIELDS[match[1]]][:3]
    if not own:
        return {"score": 0, "points": [], "risks": [], "summary": [{"text": "There is nothing to read.", "cites": []}]}
    return {
        "score": 0.4,
        "points": [statement(row) for row in own],
        "risks": [statement(own[-1])],
        "summary": [statement(own[0])],
    }


def _argument(prompt: Prompt, evidence: Rows) -> object:
    open_ = [row["label"] for row in rows_in(prompt.task, "said") if "label" in row]
    answers = [{"to": label, **statement(evidence[1], "That is outweighed by the history.")} for label in open_[:1]]
    return {"claims": [statement(evidence[0]), statement(evidence[2])], "answers": answers}


def _ruling(prompt: Prompt, evidence: Rows) -> object:
    return {"balance": 0.3, "reasons": [{"text": "The bull has more to show.", "cites": []}, statement(evidence[0])]}


def _plan(prompt: Prompt, evidence: Rows) -> object:
    offered = re.search(r"BUY: stop (E\d+).*; target (E\d+)", prompt.task)
    assert offered
    return {
        "action": "BUY",
        "confidence": 6.5,
        "stop": offered[1],
        "target": offered[2],
        "thesis": [statement(evidence[0])],
        "invalidation": {"text": "A close below the stop proves it wrong.", "cites": [offered[1]]},
    }


def _concerns(prompt: Prompt, evidence: Rows) -> object:
    return {"concerns": [statement(evidence[1])]}


def _risk_view(prompt: Prompt, evidence: Rows) -> object:
    return {"statements": [statement(evidence[1])]}


def _risk_ruling(prompt: Prompt, evidence: Rows) -> object:
    return {"ruling": "accept", "reasons": [statement(evidence[0])]}


_MADE: dict[str, Callable[[Prompt, Rows], object]] = {
    "report": _report,
    "argument": _argument,
    "ruling": _ruling,
    "plan": _plan,
    "concerns": _concerns,
    "risk_view": _risk_view,
    "risk_ruling": _risk_ruling,
}


@define
class ScriptedModel:
    """A `LanguageModel` for tests. `answer` makes a text or a whole reply; a call costs `cost`, and at most `price`."""

    answer: Callable[[Prompt], str | Reply] = valid_answer
    name: str = "test:scripted-1"
    price: Decimal | None = Decimal("0.02")
    cost: Decimal | None = Decimal("0.01")
    prompts: list[Prompt] = field(factory=list)

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """See `LanguageModel`."""
        return self.price

    async def ask(self, prompt: Prompt) -> Reply:
        """See `LanguageModel`."""
        self.prompts.append(prompt)
        answer = self.answer(prompt)
        return answer if isinstance(answer, Reply) else self.reply(answer)

    def reply(self, text: str, finish_reason: FinishReason = FinishReason.COMPLETE) -> Reply:
        """A reply of this model."""
        return Reply(text, Call(self.name, 1000, 0, 100, self.cost), finish_reason)
