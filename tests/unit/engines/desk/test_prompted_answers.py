"""Answers of a language model that cannot be read, in whole analyses: who is silent, and what goes on."""

import json
import random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from prompted_desk import Answering, again, decision_of, desk_of, run, steps_of
from scripted_model import ScriptedModel, rows_in, sensible
from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_results import build_result
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.steps import MAX_ANSWER_LENGTH, Action, Analyst, Decided, Proposed, Reported
from tradecore.ports.language import FinishReason, Prompt, Reply
from tradecore_app.answer_corpus import SPOILT

SKIPPED = "This step was skipped, since an earlier one gave no usable answer."


UNREADABLE: dict[str, str | FinishReason] = {
    "not JSON": "BUY",
    "refusal": "I'm sorry, I can't help with that.",
    "cut JSON": '{"action": "BUY", "confid',
    "nothing": "",
    "five megabytes": "x" * 5_000_000,
    "cut": FinishReason.TRUNCATED,
    "declined": FinishReason.REFUSED,
}


REASONS = {
    "not JSON": "its last answer was not in the requested form",
    "refusal": "it refused to answer",
    "cut JSON": "its last answer was cut off",
    "nothing": "its last answer was empty",
    "five megabytes": "its last answer was far too long",
    "cut": "its last answer was cut off",
    "declined": "it refused to answer",
}


def unreadable(kind: str, text: str | FinishReason, *, mended: bool) -> Answering:
    def answer(prompt: Prompt) -> str | Reply:
        if prompt.response_format.name != kind or (mended and again(prompt)):
            return sensible(prompt)
        return ScriptedModel().reply(sensible(prompt), text) if isinstance(text, FinishReason) else text

    return answer


@pytest.mark.parametrize("wrong", UNREADABLE)
async def test_F37_an_unreadable_answer_can_be_mended(given: Any, wrong: str) -> None:
    steps = await steps_of(given, unreadable("plan", UNREADABLE[wrong], mended=True), depth=1)
    assert decision_of(steps).needs_review is None
    assert [len(step.calls) for step in steps if isinstance(step, Proposed)] == [2]


@pytest.mark.parametrize("wrong", UNREADABLE)
@pytest.mark.parametrize(("kind", "who", "calls"), [("ruling", "judge", 5), ("plan", "trader", 6)])
async def test_F37_without_judge_or_trader_nobody_is_asked_any_more(
    given: Any, wrong: str, kind: str, who: str, calls: int
) -> None:
    model, steps = await run(given, unreadable(kind, UNREADABLE[wrong], mended=False))
    brief = given.brief(depth=1, analysts=(Analyst.TECHNICAL,))
    assert [step.key for step in steps] == list(plan_desk(brief, by_model=True).keys)
    first, *later = [step.failure for step in steps if step.failure]
    assert first == f"The {who} gave no usable answer: {REASONS[wrong]}."
    assert set(later) <= {SKIPPED}
    decision = decision_of(steps)
    assert (decision.action, decision.confidence, decision.position_size) == (Action.HOLD, 0, 0)
    assert decision.needs_review == f"The desk's own output did not hold: {first}"
    assert len(model.prompts) == sum(len(step.calls) for step in steps) == calls
    begun = Analysis.begin(
        AnalysisId("a"), UserId("ann"), brief, engine="e", plan=plan_desk(brief, by_model=False), at=given.at
    ).entity
    result = build_result(begun, steps, at=given.at)
    assert result.reports[0].points, "the report that was paid for is shown"
    shown = [result.verdict, *(report.markdown for report in result.reports), *result.risk.concerns]
    shown += [text for one in result.rounds for text in (one.bull, one.bear, one.ruling)]
    assert all(text.strip() for text in shown)


@pytest.mark.parametrize("wrong", UNREADABLE)
@pytest.mark.parametrize(
    ("kind", "who", "calls"),
    [("argument", "bull", 8), ("concerns", "risk manager", 7)],
)
async def test_F37_who_gives_no_usable_answer_is_silent_and_the_others_go_on(
    given: Any, wrong: str, kind: str, who: str, calls: int
) -> None:
    model, steps = await run(given, unreadable(kind, UNREADABLE[wrong], mended=False))
    reason = f"The {who} gave no usable answer: {REASONS[wrong]}."
    assert next(step.failure for step in steps if step.failure) == reason
    assert decision_of(steps).needs_review is None
    assert decision_of(steps).action is Action.BUY
    decided = steps[-1]
    assert isinstance(decided, Decided)
    assert reason in decided.verdict
    assert len(model.prompts) == sum(len(step.calls) for step in steps) == calls


@pytest.mark.parametrize("wrong", UNREADABLE)
@pytest.mark.parametrize("analysts", [(Analyst.TECHNICAL,), tuple(Analyst)])
async def test_F37_nothing_is_decided_where_every_analyst_is_silent(
    given: Any, wrong: str, analysts: tuple[Analyst, ...]
) -> None:
    model, steps = await run(given, unreadable("report", UNREADABLE[wrong], mended=False), analysts=analysts)
    assert [step.key for step in steps] == list(plan_desk(given.brief(depth=1, analysts=analysts), by_model=True).keys)
    decision = decision_of(steps)
    assert (decision.action, decision.confidence, decision.position_size) == (Action.HOLD, 0, 0)
    assert (decision.needs_review or "").startswith(
        f"The desk's own output did not hold: The technical analyst gave no usable answer: {REASONS[wrong]}."
    )
    assert {prompt.response_format.name for prompt in model.prompts} == {"report"}
    assert len(model.prompts) == 2 * len(analysts)


async def test_a_silent_analyst_is_not_a_silent_desk(given: Any) -> None:
    def answer(prompt: Prompt) -> str:
        return "no" if "you are the technical analyst" in prompt.task else sensible(prompt)

    model, steps = await run(given, answer, analysts=tuple(Analyst))
    reports = [step for step in steps if isinstance(step, Reported)]
    assert [bool(one.failure) for one in reports] == [True, False, False, False]
    assert [len(one.calls) for one in reports] == [2, 1, 1, 1]
    assert "**No report.** The technical analyst gave no usable answer" in reports[0].markdown
    trader = next(prompt for prompt in model.prompts if prompt.response_format.name == "plan")
    assert rows_in(trader.task, "said")[0] == {
        "who": "technical analyst",
        "report": "none: this analyst gave no usable answer",
    }
    assert decision_of(steps).needs_review is None


async def test_a_run_that_broke_off_after_a_silent_analyst_goes_on(given: Any) -> None:
    def answer(prompt: Prompt) -> str:
        return "no" if "you are the technical analyst" in prompt.task else sensible(prompt)

    whole = await steps_of(given, answer)
    rest = await steps_of(given, known={step.key: step for step in whole[:2]})
    assert decision_of(rest) == decision_of(whole)


async def test_a_run_that_broke_off_without_a_plan_asks_nobody(given: Any) -> None:
    whole = await steps_of(given, unreadable("plan", "no", mended=False))
    model = ScriptedModel()
    known = {step.key: step for step in whole if step.key not in ("assess", "decide")}
    rest = await given.thought(desk_of(given, model), given.brief(), known)
    assert model.prompts == []
    assert rest[-1].decision == decision_of(whole)


async def test_the_raw_answer_can_be_stored_whatever_it_holds(given: Any) -> None:
    text = "no \x00\ud800 way\n"
    _, steps = await run(given, lambda prompt: text if prompt.response_format.name == "plan" else sensible(prompt))
    proposal = next(step for step in steps if isinstance(step, Proposed))
    assert [answer.text for answer in proposal.flawed_answers] == ["no \ufffd\ufffd way\n"] * 2


async def test_the_raw_answer_is_kept_as_far_as_it_is_short(given: Any) -> None:
    text = "I would rather not. " * 2000
    _, steps = await run(given, lambda prompt: text if prompt.response_format.name == "plan" else sensible(prompt))
    proposal = next(step for step in steps if isinstance(step, Proposed))
    assert [answer.text for answer in proposal.flawed_answers] == [text[:MAX_ANSWER_LENGTH]] * 2
    assert all(answer.faults for answer in proposal.flawed_answers)


async def test_a_model_that_slips_in_a_fifth_of_its_answers_leaves_nineteen_of_twenty_analyses_usable(
    given: Any,
) -> None:
    chance = random.Random(20)

    def answer(prompt: Prompt) -> str:
        text = sensible(prompt)
        return chance.choice(SPOILT)(json.loads(text), text) if chance.random() < 0.2 else text

    ended = [decision_of(await steps_of(given, answer, depth=3)) for _ in range(20)]
    assert sum(decision.needs_review is None for decision in ended) >= 19


TEXTS = st.sampled_from(
    [
        "It gained 98765.43%.",
        "It is worth .98765 [E1]",
        "On 2031-11-23 it will be 98,765",
        "٩٨٧٦٥",
        "RSI is high (E12).",
        "It rises",
        "",
        "… 98765",
        "# 98765\n- x",
    ]
)


IDS = st.sampled_from(["E1", "E2", "E12", "E29", "E30", "E34", "E999", "[E1]", "A", "x"])


SAID = st.fixed_dictionaries({"text": TEXTS, "cites": st.lists(IDS, max_size=3)})


SEVERAL = st.lists(SAID, max_size=4)


NUMBER = st.sampled_from([0, 0.5, -1, 7, 98765, "7", None, 1e300])


ANSWERS = st.one_of(
    st.fixed_dictionaries({"score": NUMBER, "points": SEVERAL, "risks": SEVERAL, "summary": SEVERAL}),
    st.fixed_dictionaries(
        {
            "claims": SEVERAL,
            "answers": st.lists(st.fixed_dictionaries({"to": IDS, "text": TEXTS, "cites": st.just([])})),
        }
    ),
    st.fixed_dictionaries({"balance": NUMBER, "reasons": SEVERAL}),
    st.fixed_dictionaries(
        {
            "action": st.sampled_from(["BUY", "SELL", "HOLD", "98765"]),
            "confidence": NUMBER,
            "stop": IDS,
            "target": IDS,
            "thesis": SEVERAL,
            "invalidation": SAID,
        }
    ),
    st.fixed_dictionaries({"concerns": SEVERAL}),
    SEVERAL,
    TEXTS,
).map(json.dumps)


OF_KIND = {"report": 0, "argument": 1, "ruling": 2, "plan": 3, "concerns": 4}


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@for_all(chosen=st.lists(st.tuples(st.booleans(), ANSWERS, st.sampled_from(FinishReason)), min_size=1, max_size=12))
async def test_F37_whatever_a_model_says_no_number_without_evidence_gets_through(
    given: Any, chosen: list[tuple[bool, str, FinishReason]]
) -> None:
    turn = iter(range(10_000))

    def answer(prompt: Prompt) -> str | Reply:
        usual, text, ending = chosen[next(turn) % len(chosen)]
        return sensible(prompt) if usual else ScriptedModel().reply(text, ending)

    brief = given.brief(depth=1)
    steps = await steps_of(given, answer, depth=1)
    case = steps[0]
    assert [step.key for step in steps] == list(plan_desk(brief, by_model=True).keys)
    told = repr([evolve(step, flawed_answers=()) for step in steps])
    for number in ("98765", "98,765", "2031", "٩٨", ".9876"):
        assert number not in told
    decision = decision_of(steps)
    assert (decision.needs_review is None) is not any(step.voids for step in steps)
    assert decision.position_size <= 10
    assert case.key == "collect"
    build_result(
        Analysis.begin(
            AnalysisId("a"), UserId("a"), brief, engine="e", plan=plan_desk(brief, by_model=False), at=given.at
        ).entity,
        steps,
        at=given.at,
    )
