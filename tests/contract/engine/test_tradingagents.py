"""TradingAgents as an engine, over a stand-in of its surface and over the real package where it is installed."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import Sources
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, OverBudget, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Argued, Assessed, Decided, Proposed, Reported, Ruled, Step
from tradecore.ports.engine import Began
from tradecore.ports.language import FinishReason
from tradecore_adapters.engine.tradingagents.answers import forget_ended
from tradecore_adapters.engine.tradingagents.engine import TradingAgentsEngine
from tradecore_adapters.engine.tradingagents.warm_parent import WarmParent, detect_version
from tradecore_adapters.market.sample import SampleMarket
from tradecore_app.embed import open_tradecore
from trading_agents import (
    FORMS,
    INTERPRETERS,
    FrameworkModel,
    ScriptedChat,
    call,
    interpreter,
    make_interpreter,
    message,
    router,
)

BRIEF = AnalysisBrief(
    Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 1, "any-model", analysis=AnalysisId("a1")
)
Steps = Mapping[str, Step]
# The analyses that have ended.
ENDED: set[AnalysisId] = set()


@pytest.fixture(params=INTERPRETERS)
def python(request: pytest.FixtureRequest) -> Path:
    return interpreter(request.param)


@asynccontextmanager
async def opened(python: Path, folder: Path, chat: ScriptedChat, **options: Any) -> AsyncIterator[TradingAgentsEngine]:
    async def has_ended(id: AnalysisId) -> bool:
        return id in ENDED

    async with WarmParent(python) as parent:
        yield TradingAgentsEngine(Sources(SampleMarket()), router(chat, **options), parent, "0.3.0", folder, has_ended)


async def run(
    engine: TradingAgentsEngine, brief: AnalysisBrief = BRIEF, known: Steps | None = None, budget: Budget | None = None
) -> dict[str, Any]:
    """The steps of one run by their keys."""
    resolved = engine.resolve(brief)
    outputs = engine.think(resolved, engine.plan(resolved), known or {}, budget or Budget())
    return {output.key: output async for output in outputs if isinstance(output, Step)}


def folder_of(engine: TradingAgentsEngine) -> Path:
    """The private folder of the process that has imported the framework."""
    assert engine.parent._child is not None
    return engine.parent._child.folder


def worker_of(engine: TradingAgentsEngine) -> int:
    """The process of the running analysis."""
    [process] = [int(name) for name in os.listdir(folder_of(engine)) if name.isdecimal()]
    return process


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_its_turns_are_the_steps_of_the_plan_its_words_are_quoted_and_its_levels_are_not_used(
    python: Path, tmp_path: Path
) -> None:
    async with opened(python, tmp_path, ScriptedChat(FrameworkModel())) as engine:
        resolved = engine.resolve(BRIEF)
        outputs = [output async for output in engine.think(resolved, engine.plan(resolved), {}, Budget())]
    steps: dict[str, Any] = {output.key: output for output in outputs if isinstance(output, Step)}
    assert list(steps) == list(engine.plan(resolved).keys)
    assert [output.key for output in outputs if isinstance(output, Began)][:3] == [
        *("report:technical", "report:sentiment", "report:news"),
    ]
    voices = [output for output in outputs if isinstance(output, Began) and output.key.startswith("risk:")]
    assert [(voice.key, voice.round, voice.rounds) for voice in voices] == [
        (f"risk:1:{voice}", 1, 1) for voice in ("aggressive", "conservative", "neutral")
    ]
    assert steps["risk:1:neutral"].text == FrameworkModel().prose
    assert steps["risk:1:neutral"].quoted
    sentiment, ruling, plan, risk, decided = (
        steps[key] for key in ("report:sentiment", "rule:1", "propose", "assess", "decide")
    )
    assert isinstance(sentiment, Reported)
    assert (sentiment.score, sentiment.quoted, len(sentiment.calls)) == (Decimal("0.3"), True, 1)
    assert "mostly kind" in sentiment.markdown
    assert len(steps["report:technical"].calls) == 2
    assert isinstance(steps["argue:1:bull"], Argued)
    assert steps["argue:1:bull"].text == FrameworkModel().prose
    assert isinstance(ruling, Ruled)
    assert (ruling.balance, ruling.quoted) == (1, True)
    assert isinstance(plan, Proposed)
    assert (plan.action, plan.confidence) == (Action.BUY, 7)
    assert "It names a stop at 100.5, a size of 20% of everything; none of that is used." in plan.thesis.replace(
        "an entry at N/A, ", ""
    )
    assert isinstance(risk, Assessed)
    assert risk.concerns[0].startswith("Aggressive Analyst, of TradingAgents: “I would not Sell here")
    assert "numbers in the texts of TradingAgents are not in the evidence of this analysis." in risk.concerns[-1]
    assert isinstance(decided, Decided)
    decision = decided.decision
    assert (decision.action, decision.confidence, decision.needs_review) == (Action.BUY, Decimal("5.5"), None)
    assert decision.stop < decision.entry < decision.target != Decimal(999)
    assert decision.position_size == risk.position_size > 0
    assert "rates NVDA Overweight: “Add slowly." in decision.reasoning
    assert "It names a price target of 999.0; that is not used." in decision.reasoning
    assert "5.5 of 10 is derived from the rating." in decision.reasoning
    assert "987654" in json.dumps(sorted(decision.reasoning.split()))
    assert sum(len(step.calls) for step in steps.values()) == 15


async def test_a_decision_against_its_own_trader_has_levels_of_its_own_and_less_confidence(
    python: Path, tmp_path: Path
) -> None:
    decision = {**FORMS["PortfolioDecision"], "rating": "Sell"}
    model = FrameworkModel(forms={**FORMS, "PortfolioDecision": decision})
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 2, "any-model")
    async with opened(python, tmp_path, ScriptedChat(model)) as engine:
        steps = await run(engine, brief)
    final = steps["decide"].decision
    assert (steps["propose"].action, final.action, final.confidence) == (Action.BUY, Action.SELL, 5)
    assert final.target < final.entry < final.stop
    assert (steps["rule:1"].balance, steps["rule:1"].text) == (0, "TradingAgents rules once, after the last round.")
    assert steps["rule:2"].balance == 1
    # At depth 2 the risk debate has two rounds of three.
    assert sum(len(step.calls) for step in steps.values()) == 2 + 2 * 2 + 1 + 1 + 3 * 2 + 1


@pytest.mark.parametrize(
    "form",
    [
        None,
        {**FORMS["PortfolioDecision"], "rating": "Strong Buy"},
        {"rating": "Buy", "investment_thesis": "No summary."},
    ],
)
async def test_a_decision_in_prose_or_of_another_form_is_not_read_and_needs_review(
    python: Path, tmp_path: Path, form: Mapping[str, Any] | None
) -> None:
    model = FrameworkModel(forms={**FORMS, "PortfolioDecision": form}, prose="Rating: Buy. I would not Sell here.")
    async with opened(python, tmp_path, ScriptedChat(model)) as engine:
        steps = await run(engine)
    decision = steps["decide"].decision
    assert (decision.action, decision.confidence) == (Action.HOLD, 0)
    assert decision.needs_review == "TradingAgents gave no typed decision, and no rating is read out of prose."
    assert "Mildly Bullish" in steps["report:sentiment"].markdown, "what was paid for is shown"


async def test_a_cut_decision_needs_review(python: Path, tmp_path: Path) -> None:
    chat = ScriptedChat(FrameworkModel(), finish_reason=FinishReason.TRUNCATED)
    async with opened(python, tmp_path, chat) as engine:
        steps = await run(engine)
    assert steps["decide"].decision.needs_review == "The decision of TradingAgents was cut off at the limit of tokens."
    assert "was cut off" in steps["report:technical"].failure


async def test_dates_that_the_model_makes_up_bring_nothing_later_than_the_day(python: Path, tmp_path: Path) -> None:
    model = FrameworkModel(day="2025-06-30")
    async with opened(python, tmp_path, ScriptedChat(model)) as engine:
        await run(engine)
    told = [
        part["content"]
        for body in model.requests
        for part in body["messages"]
        if part["role"] != "assistant" and part["content"]
    ]
    days = {day for text in told for day in re.findall(r"20\d\d-\d\d-\d\d", text)}
    assert max(days) == "2024-10-10"
    assert any(text.startswith("# Daily prices of NVDA") and "2024-10-10" in text for text in told)
    assert any("retail" in text or "<unavailable: no posts" in text for text in told)


async def test_another_symbol_that_the_model_asks_for_is_told_to_be_not_available(python: Path, tmp_path: Path) -> None:
    model = FrameworkModel(symbol="AAPL")
    async with opened(python, tmp_path, ScriptedChat(model)) as engine:
        steps = await run(engine)
    assert model.heard.count("this analysis has data about NVDA only") >= 4
    assert steps["decide"].decision.needs_review is None


async def test_a_model_that_asks_for_data_for_ever_is_stopped_and_the_analysis_needs_review(
    python: Path, tmp_path: Path
) -> None:
    news = call("get_news", ticker="NVDA", start_date="2024-10-01", end_date="2024-10-10")
    chat = ScriptedChat(lambda body: message(None, news))
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "any-model")
    async with opened(python, tmp_path, chat) as engine:
        steps = await run(engine, brief)
        assert sorted(steps) == sorted(engine.plan(brief).keys)
    assert steps["decide"].decision.needs_review == "TradingAgents went round in circles without a decision."
    assert chat.asked <= 51


async def test_a_refusal_of_the_model_ends_the_analysis_as_it_is_and_later_calls_are_not_made(
    python: Path, tmp_path: Path
) -> None:
    def refuse(body: dict[str, Any]) -> dict[str, Any]:
        raise Unavailable("The vendor rejects the key; check OPENAI_API_KEY.", transient=False)

    chat = ScriptedChat(refuse)
    async with opened(python, tmp_path, chat) as engine:
        with pytest.raises(Unavailable, match=r"^The vendor rejects the key; check OPENAI_API_KEY\.$"):
            await run(engine)
        assert chat.asked == 1
        chat = ScriptedChat(FrameworkModel())
    async with opened(python, tmp_path, chat) as engine:
        with pytest.raises(OverBudget, match="could cost more than is left"):
            await run(engine, budget=Budget(Decimal("0.10")))
    assert chat.asked == 9, "each call cost a cent, and two may be needed for the next one"


async def test_closing_it_while_a_call_hangs_ends_its_process_within_a_second_and_leaves_no_file(
    python: Path, tmp_path: Path
) -> None:
    hanging = asyncio.Event()

    class Hanging(ScriptedChat):
        async def ask(self, request: Any) -> Any:
            hanging.set()
            await asyncio.Event().wait()

    async with opened(python, tmp_path, Hanging(FrameworkModel())) as engine:
        resolved = engine.resolve(BRIEF)
        async with aclosing(engine.think(resolved, engine.plan(resolved), {}, Budget())) as outputs:
            await anext(outputs)
            await anext(outputs)
            reading = asyncio.ensure_future(anext(outputs))
            await hanging.wait()
            folder, process = folder_of(engine), worker_of(engine)
            started = asyncio.get_running_loop().time()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        assert asyncio.get_running_loop().time() - started < 1
        # Its end of the connection closes a moment before the process itself is gone.
        async with asyncio.timeout(1):
            while is_alive(process):
                await asyncio.sleep(0.01)
        assert str(process) not in os.listdir(folder)
    assert not folder.exists()


async def test_four_at_once_do_not_see_each_other(python: Path, tmp_path: Path) -> None:
    ratings = ("Buy", "Sell", "Hold", "Underweight")
    symbols = ("NVDA", "AAPL", "MSFT", "GOOG")

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        rating = ratings[symbols.index(str(body["model"]))]
        return FrameworkModel(forms={**FORMS, "PortfolioDecision": {**FORMS["PortfolioDecision"], "rating": rating}})(
            body
        )

    async with opened(python, tmp_path, ScriptedChat(answer)) as engine:
        models = {symbol: ScriptedChat(answer, name=f"test:{symbol}") for symbol in symbols}
        engine.router.providers["test"] = models.get  # type: ignore[index]
        briefs = [
            AnalysisBrief(Symbol(symbol), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, symbol)
            for symbol in symbols
        ]
        results = await asyncio.gather(*(run(engine, brief) for brief in briefs))
    assert [steps["decide"].decision.action for steps in results] == ["BUY", "SELL", "HOLD", "SELL"]
    for symbol, steps in zip(symbols, results, strict=True):
        assert f"TradingAgents rates {symbol} " in steps["decide"].decision.reasoning
        assert len({step.digest for step in [steps["collect"]]}) == 1


async def test_a_run_after_a_kill_pays_for_no_call_a_second_time(python: Path, tmp_path: Path) -> None:
    whole = ScriptedChat(FrameworkModel())
    async with opened(python, tmp_path / "whole", whole) as engine:
        steps = await run(engine)
    chat = ScriptedChat(FrameworkModel())
    known: dict[str, Step] = {}
    spent = Decimal(0)
    for stop in ("report:news", "rule:1", "decide"):
        async with opened(python, tmp_path / "broken", chat) as engine:
            resolved = engine.resolve(BRIEF)
            budget = Budget.of(engine.cost(resolved), known.values())
            async with aclosing(engine.think(resolved, engine.plan(resolved), dict(known), budget)) as outputs:
                async for output in outputs:
                    if isinstance(output, Step):
                        assert output.key not in known
                        known[output.key] = output
                        spent += sum((call.cost or Decimal(0) for call in output.calls), Decimal(0))
                        if output.key == stop != "decide":
                            # What a killed worker leaves: the step is stored, and nothing is tidied up.
                            os.killpg(os.getpgid(worker_of(engine)), signal.SIGKILL)
                            break
    assert list(known) == list(steps)
    assert chat.asked == whole.asked == 15
    assert spent == Decimal("0.15")

    assert (tmp_path / "broken" / "a1").exists(), "its decision may not be stored yet"


async def test_answers_are_forgotten_when_their_analysis_has_ended_or_at_the_next_start(
    tmp_path: Path,
) -> None:
    python, chat = interpreter("tradingagents-stand-in"), ScriptedChat(FrameworkModel())
    async with opened(python, tmp_path, chat) as engine:
        await run(engine)
        ENDED.add(AnalysisId("a2"))
        try:
            await run(engine, evolve(BRIEF, analysis=AnalysisId("a2")))
            assert os.listdir(tmp_path) == ["a1"]
            ENDED.add(AnalysisId("a1"))
            await forget_ended(tmp_path, engine.has_ended)
        finally:
            ENDED.clear()
    assert os.listdir(tmp_path) == []


_VICTIM = """
import asyncio, os
from tradecore_app.embed import open_tradecore
from trading_agents import FrameworkModel, ScriptedChat

async def main():
    model, answered = FrameworkModel(), asyncio.Event()

    class Counting(ScriptedChat):
        async def ask(self, request):
            if self.asked == 9:
                print(ticket.analysis, flush=True)
                await asyncio.Event().wait()
            return await super().ask(request)

    async with open_tradecore(model=Counting(model), engine="tradingagents", lease_seconds=2) as desk:
        ticket = await desk.launch("NVDA", "2024-10-10", engine="tradingagents", model="test:any-model", depth=1)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.endurance
async def test_after_kill_9_of_the_worker_the_next_one_goes_on_and_pays_only_for_what_is_missing(
    python: Path, tmp_path: Path
) -> None:
    tests = Path(__file__).parents[2]
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _VICTIM, cwd=tests, stdout=asyncio.subprocess.PIPE,
        env={
            **os.environ, "TRADECORE_DATA": str(tmp_path), "PYTHONPATH": str(tests),
            "TRADECORE_TRADINGAGENTS_PYTHON": str(python),
        },
    )  # fmt: skip
    try:
        assert victim.stdout
        async with asyncio.timeout(100):
            id: Any = (await victim.stdout.readline()).decode().strip()
    finally:
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
    assert id
    assert len([*(tmp_path / "tradingagents" / id).glob("*-1.json")]) == 9
    chat = ScriptedChat(FrameworkModel())
    opened_again = open_tradecore(
        model=chat, engine="tradingagents", tradingagents_python=str(python), data=tmp_path, lease_seconds=2
    )
    async with opened_again as desk, asyncio.timeout(100):
        result = await desk.result(id)
        # The answers are removed after the result is stored; a desk that closes in between does so when it opens again.
        while os.listdir(tmp_path / "tradingagents"):
            await asyncio.sleep(0.05)
    assert result.decision.action is Action.BUY
    assert (chat.asked, sum(used.usage.calls for used in result.usage)) == (6, 15)
    assert sum(used.usage.cost or Decimal(0) for used in result.usage) == Decimal("0.15")


async def test_a_process_that_is_killed_in_the_middle_is_a_passing_failure_and_the_next_run_goes_on(
    python: Path, tmp_path: Path
) -> None:
    chat = ScriptedChat(FrameworkModel())
    async with opened(python, tmp_path, chat) as engine:
        resolved = engine.resolve(BRIEF)
        known: dict[str, Step] = {}
        with pytest.raises(Unavailable, match="ended in the middle") as failed:
            async for output in engine.think(resolved, engine.plan(resolved), {}, Budget()):
                if isinstance(output, Step):
                    known[output.key] = output
                if isinstance(output, Began) and output.key == "argue:1:bull":
                    os.killpg(os.getpgid(worker_of(engine)), signal.SIGKILL)
        assert failed.value.transient
        steps = await run(engine, known=known)
    assert steps["decide"].decision.action is Action.BUY
    assert chat.asked == 15


async def test_without_a_model_that_passes_requests_on_a_launch_is_refused_and_says_why(
    tmp_path: Path,
) -> None:
    async with opened(Path("python"), tmp_path, ScriptedChat(FrameworkModel()), providers={}) as engine:
        assert engine.describe().unavailable == "No language model is configured here, and TradingAgents needs one."
        with pytest.raises(Invalid, match="is not available"):
            engine.resolve(BRIEF)

    class PromptsOnly(ScriptedChat):
        chat = None  # type: ignore[assignment]

    async with opened(Path("python"), tmp_path, PromptsOnly(FrameworkModel())) as engine:
        with pytest.raises(Invalid, match="The models of test cannot take the requests of TradingAgents"):
            engine.resolve(BRIEF)


async def test_an_interpreter_without_the_framework_or_with_half_of_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="names no program that can be run"):
        await detect_version(tmp_path / "nowhere")
    (tmp_path / "tradingagents" / "graph").mkdir(parents=True)
    empty = make_interpreter(tmp_path)
    with pytest.raises(Unavailable, match="TradingAgents is not installed in the environment"):
        await detect_version(empty)
    for module in ("graph/trading_graph", "default_config"):
        (tmp_path / "tradingagents" / f"{module}.py").write_text("TradingAgentsGraph = DEFAULT_CONFIG = {}\n")
    async with opened(empty, tmp_path, ScriptedChat(FrameworkModel())) as engine:
        with pytest.raises(Unavailable, match=r"lacks what it is used by here: tradingagents\.dataflows\.interface"):
            await run(engine)
    (tmp_path / "tradingagents" / "default_config.py").write_text("raise OSError('sk-secret')\n")
    async with opened(empty, tmp_path, ScriptedChat(FrameworkModel())) as engine:
        with pytest.raises(Unavailable, match=r"^TradingAgents cannot be imported \(OSError\); install it again\.$"):
            await run(engine)
