"""The example of the documentation: a whole analysis over the wire, by answers as a strong model would write them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from example_analysis import ANSWERS, example_answer, example_brief, example_sources
from model_vendors import FakeVendors
from tradecore.engines.budget import Budget
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.steps import (
    Argued,
    Assessed,
    Collected,
    Decided,
    Proposed,
    Reported,
    Ruled,
    Step,
)
from tradecore.ports.language import LanguageModel

Opening = Callable[..., Awaitable[LanguageModel]]

PAGE = Path(__file__).parents[3] / "docs/example-analysis.md"
INTRODUCTION = """\
# An analysis by a language model

Apple as of 2012-09-21, the day on which the iPhone 5 went on sale: real daily bars of the shipped sample, five news
items in this project's words after public events, no company figures. The answers were written by hand, as a strong
model would write them, and served over OpenAI's wire format: no real model was asked, and nothing here says how good
one would be. All {calls} answers were read as they came; of {statements} statements none was dropped, and no repair
turn was needed. A test makes this page anew and compares it.

What happened next is no part of the evidence: the price fell through the stop on the second trading day, and by
March 2013 it stood more than a third lower.

"""


async def steps_of(model: LanguageModel) -> list[Step]:
    desk = Desk(example_sources(), ModelRouter(providers={"openai": lambda _: model}))
    brief = desk.resolve(example_brief("gpt-4o-mini"))
    outputs = desk.think(brief, desk.plan(brief), {}, Budget())
    return [output async for output in outputs if isinstance(output, Step)]


def heading(step: Step) -> tuple[str, str]:
    match step:
        case Argued():
            return f"Round {step.round}, {step.side}", step.text
        case Ruled():
            return f"Round {step.round}, judge: balance {step.balance:+f}", step.text
        case Proposed():
            levels = f"Entry {step.entry}, stop {step.stop}, target {step.target}, confidence {step.confidence} of 10."
            return f"Trader: {step.action}", f"{step.thesis} {step.invalidation} {levels}"
        case Assessed():
            lines = "\n".join(f"- {concern}" for concern in step.concerns)
            return (
                "Risk manager",
                f"Volatility {step.volatility}, size {step.position_size}% of the portfolio.\n\n{lines}",
            )
        case Decided():
            return "Decision", step.verdict
    raise AssertionError(step)


def page_of(steps: list[Step]) -> str:
    collected = steps[0]
    assert isinstance(collected, Collected)
    calls = sum(len(step.calls) for step in steps)
    text = INTRODUCTION.format(calls=calls, statements=statements())
    rows = (f"| {item.id} | {item.statement} {item.detail}".rstrip() + " |" for item in collected.evidence)
    text += "\n".join(["## Evidence", "", "| id | what was known |", "| --- | --- |", *rows, ""])
    for step in steps[1:]:
        if isinstance(step, Reported):
            text += "\n" + step.markdown.replace("# ", "## ", 1).replace("\n## ", "\n### ")
        else:
            title, body = heading(step)
            text += f"\n## {title}\n\n{body}\n"
    return text


def statements() -> int:
    """How many statements all answers hold."""

    def count(value: Any) -> int:
        if isinstance(value, dict):
            return ("text" in value) + sum(count(member) for member in value.values())
        return sum(count(member) for member in value) if isinstance(value, list) else 0

    return count(ANSWERS)


async def test_no_true_statement_is_struck_and_no_repair_is_needed(
    at: Opening, vendors: FakeVendors, golden: bool
) -> None:
    vendors.answer = lambda body: example_answer(body["messages"][1]["content"])
    steps = await steps_of(await at("openai"))
    assert len(vendors.requests) == 4 + 3 * 2 + 2
    assert [step.flawed_answers for step in steps] == [()] * len(steps)
    decided = steps[-1]
    assert isinstance(decided, Decided)
    assert decided.decision.needs_review is None
    if golden:
        PAGE.write_text(page_of(steps), "utf-8")
    assert page_of(steps) == PAGE.read_text("utf-8")
