"""A language model in memory: it answers from a function of the prompt, and remembers what it was asked."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from attrs import define, field

from tradecore.model.usage import Call
from tradecore.ports.language import Ending, Prompt, Reply

Rows = list[dict[str, Any]]

_FIELDS = {"technical": "price", "sentiment": "sentiment", "news": "news", "fundamentals": "fundamentals"}


def rows_in(text: str, block: str) -> Rows:
    """What stands in a block of a prompt, a row for each line."""
    found = re.search(rf"<{block}>\n(.*?)\n</{block}>", text, re.DOTALL)
    return [json.loads(line) for line in found[1].split("\n")] if found else []


def sensible(prompt: Prompt) -> str:
    """An answer in the asked shape that quotes evidence word for word, and so holds; the plan is a BUY."""
    return json.dumps(_MADE[prompt.shape.name](prompt, rows_in(prompt.case, "evidence")))


def said(row: dict[str, Any], text: str = "") -> dict[str, Any]:
    """A statement about a row of evidence."""
    return {"text": text or row["statement"], "cites": [row["id"]]}


def _report(prompt: Prompt, evidence: Rows) -> object:
    asked = re.search(r"you are the (\w+) analyst", prompt.task)
    assert asked
    own = [row for row in evidence if row["topic"] == _FIELDS[asked[1]]][:3]
    if not own:
        return {"score": 0, "points": [], "risks": [], "summary": [{"text": "There is nothing to read.", "cites": []}]}
    return {"score": 0.4, "points": [said(row) for row in own], "risks": [said(own[-1])], "summary": [said(own[0])]}


def _argument(prompt: Prompt, evidence: Rows) -> object:
    open_ = [row["label"] for row in rows_in(prompt.task, "said") if "label" in row]
    answers = [{"to": label, **said(evidence[1], "That is outweighed by the history.")} for label in open_[:1]]
    return {"claims": [said(evidence[0]), said(evidence[2])], "answers": answers}


def _ruling(prompt: Prompt, evidence: Rows) -> object:
    return {"balance": 0.3, "reasons": [{"text": "The bull has more to show.", "cites": []}, said(evidence[0])]}


def _plan(prompt: Prompt, evidence: Rows) -> object:
    offered = re.search(r"BUY: stop (E\d+).*; target (E\d+)", prompt.task)
    assert offered
    return {
        "action": "BUY",
        "confidence": 6.5,
        "stop": offered[1],
        "target": offered[2],
        "thesis": [said(evidence[0])],
        "invalidation": {"text": "A close below the stop proves it wrong.", "cites": [offered[1]]},
    }


def _concerns(prompt: Prompt, evidence: Rows) -> object:
    return {"concerns": [said(evidence[1])]}


_MADE: dict[str, Callable[[Prompt, Rows], object]] = {
    "report": _report,
    "argument": _argument,
    "ruling": _ruling,
    "plan": _plan,
    "concerns": _concerns,
}


@define
class ScriptedModel:
    """A `LanguageModel` for tests. `answer` gives a text or a whole reply; each call costs `cost`, at most `price`."""

    answer: Callable[[Prompt], str | Reply] = sensible
    name: str = "test:scripted-1"
    price: Decimal | None = Decimal("0.02")
    cost: Decimal | None = Decimal("0.01")
    asked: list[Prompt] = field(factory=list)

    def most(self, prompt: Prompt) -> Decimal | None:
        """See the port."""
        return self.price

    async def ask(self, prompt: Prompt) -> Reply:
        """See the port."""
        self.asked.append(prompt)
        given = self.answer(prompt)
        return given if isinstance(given, Reply) else self.reply(given)

    def reply(self, text: str, ending: Ending = Ending.WHOLE) -> Reply:
        """A reply as this model gives it."""
        return Reply(text, Call(self.name, 1000, 0, 100, self.cost), ending)
