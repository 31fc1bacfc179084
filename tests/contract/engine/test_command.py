"""Engines that are commands: what they are given, what becomes of their lines, and how they fail."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import aclosing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import Sources, collect
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, OverBudget, Unavailable
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Assessed, Collected, Decided, Proposed, Reported, Step
from tradecore.ports.engine import Began
from tradecore_adapters.engine.command import CommandEngine
from tradecore_adapters.market.sample import SampleMarket

BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL, Analyst.NEWS), 1, "m")
DECISION = {"type": "decision", "action": "BUY", "confidence": 7.5, "reasoning": "It rises."}
Line = Mapping[str, Any]


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources(SampleMarket())


@pytest.fixture(scope="module")
def collected(sources: Sources) -> Collected:
    return asyncio.run(collect(sources, BRIEF, for_model=True))


@pytest.fixture
def run(sources: Sources, collected: Collected, tmp_path: Path) -> Callable[..., Any]:
    """Runs an engine that writes these lines; the evidence is known already."""

    async def run(
        *lines: Line | str, begin: str = ":", end: str = "", known: tuple[Step, ...] = (), **fields: Any
    ) -> list[Began | Step]:
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        script = tmp_path / "lines"
        script.write_text(text + "\n")
        engine = CommandEngine("mine", ("/bin/sh", "-c", f"{begin}; cat {script}; {end}"), sources, **fields)
        done = {step.key: step for step in (collected, *known)}
        async with asyncio.timeout(30):
            return [output async for output in engine.think(BRIEF, engine.plan(BRIEF), done, Budget())]

    return run


def steps(outputs: list[Began | Step]) -> dict[str, Step]:
    return {output.key: output for output in outputs if isinstance(output, Step)}


async def test_a_decision_alone_makes_an_analysis_with_computed_levels_and_size(run: Callable[..., Any]) -> None:
    made = steps(await run(DECISION))
    decided, risk, report = made["decide"], made["assess"], made["report:news"]
    assert isinstance(decided, Decided)
    assert isinstance(risk, Assessed)
    assert (decided.decision.action, decided.decision.confidence) == (Action.BUY, Decimal("7.5"))
    assert decided.decision.stop < decided.decision.entry < decided.decision.target
    assert decided.decision.position_size == risk.position_size > 0
    assert decided.decision.reasoning == "It rises."
    assert decided.quoted
    assert report.failure == "mine gave no report of this analyst."


async def test_its_words_are_quoted_and_numbers_of_its_own_are_counted(run: Callable[..., Any]) -> None:
    text = "The close is 134.81, and 987654.3 people know it."
    report = {"type": "report", "analyst": "technical", "score": 0.5, "text": text, "risks": ["A risk."]}
    usage = {"type": "usage", "model": "x:y", "inputTokens": 10, "outputTokens": 2, "cost": 0.25}
    made = steps(await run(usage, report, DECISION, dollars=Decimal(1)))["report:technical"]
    assert isinstance(made, Reported)
    assert (made.score, made.markdown, made.risks) == (Decimal("0.5"), text, ("A risk.",))
    assert made.quoted
    assert made.ungrounded >= 1
    assert [(call.model, call.cost) for call in made.calls] == [("x:y", Decimal("0.25"))]


async def test_numbers_without_end_and_texts_full_of_numbers_cost_little(run: Callable[..., Any]) -> None:
    report = {"type": "report", "analyst": "news", "text": "t", "score": "1e-400000"}
    text = " ".join(f"{number}.5" for number in range(20_000, 21_000))
    made = steps(await run(report, {**DECISION, "confidence": "1e-400000", "reasoning": text}))
    assert isinstance(made["report:news"], Reported)
    assert isinstance(made["decide"], Decided)
    assert (made["report:news"].score, made["decide"].decision.confidence) == (0, 0)
    assert len(f"{made['decide'].decision.confidence:f}") < 25
    assert made["propose"].ungrounded > 900


async def test_its_own_levels_count_where_they_make_a_plan(run: Callable[..., Any], collected: Collected) -> None:
    close = float(next(item.value for item in collected.evidence if item.measure == "close") or 0)
    good = steps(await run({**DECISION, "entry": close, "stop": 0.9 * close, "target": 1.2 * close}))["decide"]
    assert isinstance(good, Decided)
    assert good.decision.action is Action.BUY
    assert (float(good.decision.stop), float(good.decision.target)) == (0.9 * close, 1.2 * close)
    for stop, target in ((1.1, 1.2), (0.9, 12)):
        bad = steps(await run({**DECISION, "entry": close, "stop": stop * close, "target": target * close}))["decide"]
        assert isinstance(bad, Decided)
        assert bad.decision.action is Action.HOLD
        assert bad.decision.needs_review
        assert bad.decision.needs_review.startswith("The plan of mine does not hold: ")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["hello"], r"The command mine wrote a line that is not JSON \(line 1\)\."),
        ([{"type": "guess"}], r"wrote a line that is not of the protocol: type: Input tag 'guess'"),
        ([{**DECISION, "action": "buy"}], r"protocol: action: Input should be 'BUY', 'SELL' or 'HOLD'"),
        ([{**DECISION, "confidence": 11}], r"protocol: confidence: Input should be less than or equal to 10"),
        ([{**DECISION, "confidence": float("nan")}], r"protocol: confidence: Input should be a finite number"),
        ([{**DECISION, "size": 5}], r"protocol: size: Extra inputs are not permitted"),
        ([{**DECISION, "reasoning": "a\0b"}], r"a text holds no NUL character"),
        (['{"type":"decision","action":"BUY","confidence":1,"reasoning":"\\ud800"}'], r"protocol: reasoning: "),
        ([{**DECISION, "reasoning": "a" * 20_001}], r"at most 20000 characters"),
        ([{**DECISION, "cites": ["E999"]}], r"cites evidence that its task does not hold: 'E999'"),
        ([{**DECISION, "stop": 1}], r"gives all three or none"),
        ([{"type": "report", "analyst": "sentiment", "text": "t"}], r"its task does not name: sentiment"),
        ([{"type": "ruling", "text": "t"}] * 2, r"wrote rule:1 twice"),
        ([], r"The command mine ended without a decision \(exit status 0\)\."),
    ],
)
async def test_a_line_that_is_wrong_ends_the_analysis_with_a_clear_sentence(
    run: Callable[..., Any], lines: list[Line | str], sentence: str
) -> None:
    with pytest.raises(Unavailable, match=sentence) as raised:
        await run(*lines)
    assert not raised.value.transient


async def test_it_may_not_take_longer_than_allowed(run: Callable[..., Any]) -> None:
    with pytest.raises(OverBudget, match=r"The command mine had not decided after 0\.3 seconds\."):
        await run(end="sleep 60", seconds=0.3)


async def test_it_may_not_cost_more_than_allowed(run: Callable[..., Any]) -> None:
    usage = {"type": "usage", "model": "x:y", "inputTokens": 1, "outputTokens": 1, "cost": 0.6}
    with pytest.raises(OverBudget, match=r"reports a cost of \$1\.2, and \$1 are allowed"):
        await run(usage, usage, DECISION, dollars=Decimal(1))
    with pytest.raises(OverBudget, match=r"reports a cost of \$0\.6, and \$0 are allowed"):
        await run(usage, DECISION)


async def test_a_run_that_was_interrupted_keeps_to_the_plan_that_is_stored(run: Callable[..., Any]) -> None:
    first = steps(await run(DECISION))
    proposal = first["propose"]
    assert isinstance(proposal, Proposed)
    rest = steps(await run({**DECISION, "action": "SELL"}, known=(*list(first.values())[:-3], proposal)))
    assert list(rest) == ["assess", "decide"]
    assert isinstance(rest["decide"], Decided)
    assert rest["decide"].decision.action is Action.BUY


async def test_recorded_lines_are_replayed_without_a_process_and_cost_nothing(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    usage = {"type": "usage", "model": "x:y", "inputTokens": 1, "outputTokens": 1, "cost": 0.6}
    paid = await run(usage, DECISION, dollars=Decimal(1), record=tmp_path / "records")
    replayed = await run("no JSON", replay=tmp_path / "records")
    assert [step.calls[0].cost for step in steps(paid).values() if step.calls] == [Decimal("0.6")]
    assert [step.calls[0].cost for step in steps(replayed).values() if step.calls] == [0]
    assert [evolve(step, calls=()) for step in steps(paid).values()] == [
        evolve(step, calls=()) for step in steps(replayed).values()
    ]
    with pytest.raises(Unavailable, match=r"No answer of the command mine, as it is now, to this task is recorded"):
        await run(replay=tmp_path / "nothing")


async def test_lines_are_recorded_for_one_who_stops_at_the_decision(
    sources: Sources, collected: Collected, tmp_path: Path
) -> None:
    engine = CommandEngine("mine", ("echo", json.dumps(DECISION)), sources, record=tmp_path)
    known = {collected.key: collected}
    async with aclosing(engine.think(BRIEF, engine.plan(BRIEF), known, Budget())) as outputs:
        async for output in outputs:
            if isinstance(output, Decided):
                break
    [record] = tmp_path.iterdir()
    assert json.loads(record.read_text()) == DECISION


async def test_evidence_of_other_prices_is_refused(
    run: Callable[..., Any], collected: Collected, sources: Sources
) -> None:
    other = evolve(collected, evidence=tuple(evolve(item, digest="0" * 64) for item in collected.evidence))
    with pytest.raises(Unavailable, match=r"The prices of NVDA have changed since the evidence was collected"):
        await run(DECISION, known=(other,))


async def test_an_edited_script_is_another_version_and_answers_of_the_old_one_are_not_replayed(
    sources: Sources, collected: Collected, tmp_path: Path
) -> None:
    script = tmp_path / "mine.sh"
    known = {collected.key: collected}

    async def ask(**fields: Any) -> str:
        engine = CommandEngine("mine", ("/bin/sh", str(script)), sources, **fields)
        outputs = engine.think(BRIEF, engine.plan(BRIEF), known, Budget())
        [decided] = [output async for output in outputs if isinstance(output, Decided)]
        return decided.decision.action

    labels = []
    for action in ("BUY", "SELL"):
        script.write_text(f"echo '{json.dumps({**DECISION, 'action': action})}'")
        labels.append(CommandEngine("mine", ("/bin/sh", str(script)), sources).label(BRIEF))
        with pytest.raises(Unavailable, match="is recorded"):
            await ask(replay=tmp_path / "records")
        assert await ask(record=tmp_path / "records") == action
        assert await ask(replay=tmp_path / "records") == action
    assert len(set(labels)) == 2
    assert CommandEngine("mine", (str(script),), sources)._version != CommandEngine("mine", ("true",), sources)._version


def test_a_command_that_is_not_there_says_so(sources: Sources) -> None:
    engine = CommandEngine("mine", ("/nowhere/mine",), sources)
    assert engine.describe().unavailable == "There is no program /nowhere/mine."
    with pytest.raises(Invalid, match=r"The engine mine is not available"):
        engine.resolve(BRIEF)


async def test_the_task_holds_prices_and_evidence_up_to_the_day(run: Callable[..., Any], tmp_path: Path) -> None:
    task_file = tmp_path / "task"
    await run(DECISION, begin=f"cat >{task_file}")
    task = json.loads(task_file.read_text())
    assert {"symbol": "NVDA", "asOf": "2024-10-10", "depth": 1, "protocol": 1}.items() <= task.items()
    assert task["prices"]["bars"][-1]["date"] == "2024-10-10"
    assert {row["id"] for row in task["evidence"]} >= {"E1"}
