"""Answers that are readable but not in the requested form: what is put right, what is counted, what is refused."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.desk.answer_fitting import Repair, fit_answer
from tradecore.engines.desk.answer_search import MAX_ITEMS, Unfit
from tradecore.engines.desk.replies import ARGUMENT, CONCERNS, PLAN, REPORT, RULING
from tradecore_app.answer_corpus import FITTED, READABLE, STATEMENT, TEXT, UNREADABLE, changed

REPORT_SCHEMA, PLAN_SCHEMA = REPORT.response_format.schema, PLAN.response_format.schema
PLAN_GOOD: dict[str, Any] = {
    "action": "BUY",
    "confidence": 6.5,
    "stop": "E29",
    "target": "E31",
    "thesis": [STATEMENT],
    "invalidation": {"text": "A close below it.", "cites": ["E29"]},
}


@pytest.mark.parametrize("kind", READABLE)
def test_a_readable_answer_is_read_and_what_was_put_right_is_counted(kind: str) -> None:
    text, repairs = READABLE[kind]
    fitted = fit_answer(text, REPORT_SCHEMA)
    assert fitted.value == FITTED
    assert fitted.repairs == repairs


def test_statements_may_be_plain_texts() -> None:
    fitted = fit_answer(changed(points=[f"{TEXT} [E1]"]), REPORT_SCHEMA)
    assert fitted.value["points"] == [{"text": f"{TEXT} [E1]", "cites": []}]
    assert fitted.repairs == (Repair.STATEMENTS,)


def test_long_lists_are_cut_and_say_so() -> None:
    fitted = fit_answer(changed(points=[STATEMENT] * (MAX_ITEMS + 3)), REPORT_SCHEMA)
    assert len(fitted.value["points"]) == MAX_ITEMS
    assert fitted.repairs == (Repair.LONG_LISTS,)


@pytest.mark.parametrize(
    "action",
    [
        "buy",
        "Buy",
        " **BUY** ",
        "BUY.",
        "BUY,",
        "<BUY>",
        "\uff22\uff35\uff39",
        "\U0001f7e2 BUY",
        "Action.BUY",
        "FINAL TRANSACTION PROPOSAL: **BUY**",
    ],
)
def test_choices_are_read_in_any_case(action: str) -> None:
    fitted = fit_answer(json.dumps({**PLAN_GOOD, "action": action}), PLAN_SCHEMA)
    assert fitted.value["action"] == "BUY"
    assert fitted.repairs == (Repair.CHOICES,)


@pytest.mark.parametrize(
    "action",
    [
        *("strong buy", "overweight", "", None, 1, "BUY or HOLD", "not a BUY", "BUY|SELL|HOLD", "buy" + "!" * 200_000),
        *("BUY?", "~~BUY~~", "!BUY", "\u274c BUY", "\u2260 BUY", "\U0001f6ab buy"),
    ],
)
def test_a_choice_that_is_none_is_never_guessed(action: object) -> None:
    with pytest.raises(Unfit) as refused:
        fit_answer(json.dumps({**PLAN_GOOD, "action": action}), PLAN_SCHEMA)
    assert refused.value.faults == ("In action, give one of BUY, SELL, HOLD, ADD, REDUCE.",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6.5/10", "6.5"),
        ("7 out of 10", "7"),
        ("7 (out of 10)", "7"),
        ("8/10 (high)", "8"),
        ("65/100", "6.5"),
        ("+8", "8"),
        ("65%", "0.65"),
        ("7 (high)", "7"),
        ("\uff17", "7"),
    ],
)
def test_a_confidence_is_read_as_it_is_written(text: str, number: str) -> None:
    fitted = fit_answer(json.dumps({**PLAN_GOOD, "confidence": text}), PLAN_SCHEMA)
    assert fitted.value["confidence"] == Decimal(number)


@pytest.mark.parametrize("score", ["high", "1e5", "0.4 or 0.5", "", None, True, [0.4], "٠.٤", "1" * 50, "(0.4)"])
def test_a_number_that_is_none_is_a_fault(score: object) -> None:
    with pytest.raises(Unfit) as refused:
        fit_answer(changed(score=score), REPORT_SCHEMA)
    assert refused.value.faults == ("In score, give a number.",)


@pytest.mark.parametrize("dash", "-\u2212\u2010\u2011\u2013")
def test_a_dash_before_a_number_is_a_minus(dash: str) -> None:
    assert fit_answer(changed(score=f"{dash}0.4"), REPORT_SCHEMA).value["score"] == Decimal("-0.4")


@pytest.mark.parametrize("field", ["action", "confidence"])
def test_a_field_that_comes_in_two_spellings_is_a_fault_unless_both_say_the_same(field: str) -> None:
    for value, fits in ((PLAN_GOOD[field], True), ("SELL" if field == "action" else 9, False)):
        text = json.dumps({**PLAN_GOOD, field.title(): value})
        if fits:
            assert fit_answer(text, PLAN_SCHEMA).value[field] == PLAN_GOOD[field]
            continue
        with pytest.raises(Unfit) as refused:
            fit_answer(text, PLAN_SCHEMA)
        assert refused.value.faults == (f"In the answer, give {field} once only.",)


OTHER = {**PLAN_GOOD, "action": "SELL"}
SIDE_BY_SIDE = {
    "a list": lambda first, second: [first, second],
    "a list in a wrapper": lambda first, second: {"plans": [first, second]},
    "a draft and a final one": lambda first, second: {"draft": first, "final": second},
    "arguments of two calls": lambda first, second: [{"arguments": json.dumps(each)} for each in (first, second)],
    "one within the other": lambda first, second: {**first, "revised": second},
    "a part within the other": lambda first, second: {**first, "revised": {k: second[k] for k in list(second)[:3]}},
}


@pytest.mark.parametrize("kind", SIDE_BY_SIDE)
def test_answers_side_by_side_are_refused_unless_they_say_the_same(kind: str) -> None:
    held = SIDE_BY_SIDE[kind]
    assert fit_answer(json.dumps(held(PLAN_GOOD, PLAN_GOOD)), PLAN_SCHEMA).value["action"] == "BUY"
    for first, second in ((PLAN_GOOD, OTHER), (OTHER, PLAN_GOOD)):
        written = json.dumps(held(first, second))
        for text in (written, f"```json\n{written}\n```", f"My two plans: {written}. Choose."):
            with pytest.raises(Unfit, match="several answers that differ"):
                fit_answer(text, PLAN_SCHEMA)


@pytest.mark.parametrize("name", ["final_action", "recommendation", "Final decision"])
def test_a_further_field_that_names_another_choice_is_a_fault(name: str) -> None:
    assert fit_answer(json.dumps({**PLAN_GOOD, name: "buy"}), PLAN_SCHEMA).value["action"] == "BUY"
    with pytest.raises(Unfit) as refused:
        fit_answer(json.dumps({**PLAN_GOOD, name: "**Sell**"}), PLAN_SCHEMA)
    assert refused.value.faults == ("In the answer, give one action only; another field names another one.",)


@pytest.mark.parametrize("behind", ["Wait, actually SELL.", "\n\nFinal decision: **SELL**", "FINAL PROPOSAL: HOLD"])
def test_an_answer_that_the_text_behind_it_takes_back_is_refused(behind: str) -> None:
    with pytest.raises(Unfit, match="several answers that differ"):
        fit_answer(f"{json.dumps(PLAN_GOOD)} {behind}", PLAN_SCHEMA)


@pytest.mark.parametrize("behind", ["I chose BUY rather than SELL.", "FINAL PROPOSAL: **BUY**", "Sell below the stop."])
def test_a_text_behind_an_answer_may_explain_it(behind: str) -> None:
    assert fit_answer(f"{json.dumps(PLAN_GOOD)} {behind}", PLAN_SCHEMA).value["action"] == "BUY"


def test_an_answer_encoded_as_a_string_twice_is_read() -> None:
    text = json.dumps(json.dumps(json.dumps(PLAN_GOOD)))
    assert fit_answer(text, PLAN_SCHEMA).value["action"] == "BUY"


@pytest.mark.parametrize("ids", ["E3-E5", "E3\u2013E5", "[E3 to E5]", "E3..5"])
def test_a_range_of_citations_names_all_of_them(ids: str) -> None:
    text = changed(points=[{"text": TEXT, "cites": [ids]}])
    assert fit_answer(text, REPORT_SCHEMA).value["points"][0]["cites"] == ["E3", "E4", "E5"]


def test_a_list_written_as_bullets_is_a_list() -> None:
    fitted = fit_answer(changed(points=f"- {TEXT} [E1]\n- Volume rose. [E29]"), REPORT_SCHEMA)
    assert [point["text"] for point in fitted.value["points"]] == [f"{TEXT} [E1]", "Volume rose. [E29]"]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_answer_is_called_what_it_is(kind: str) -> None:
    text, reason = UNREADABLE[kind]
    with pytest.raises(Unfit) as refused:
        fit_answer(text, REPORT_SCHEMA)
    assert refused.value.reason == reason
    assert all(fault.endswith(".") for fault in refused.value.faults)


@pytest.mark.parametrize(
    "parser", [REPORT, ARGUMENT, RULING, PLAN, CONCERNS], ids=lambda parser: parser.response_format.name
)
def test_what_stands_around_an_answer_never_changes_it(parser: Any) -> None:
    answer = minimal(parser.response_format.schema)
    strict = json.dumps(answer)
    plain = fit_answer(strict, parser.response_format.schema)
    assert plain.repairs == ()
    for around in (
        f"```json\n{strict}```",
        f"<think>{{}}</think>{strict}",
        f"Sure.\n{strict}\nDone {{ }}.",
        str(answer),
    ):
        assert fit_answer(around, parser.response_format.schema).value == plain.value


def minimal(schema: Any) -> Any:
    match schema["type"]:
        case "object":
            return {name: minimal(of) for name, of in schema["properties"].items()}
        case "array":
            return ["E1"] if schema["items"]["type"] == "string" else [minimal(schema["items"])]
        case "number":
            return 1
        case _:
            return schema.get("enum", ['It\'s a "text", {so}.'])[0]


@given(st.text(max_size=300) | st.text("{}[]\"'\\,:<>/*thinkE19 \n", max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        fitted = fit_answer(text, REPORT_SCHEMA)
    except Unfit:
        return
    assert fitted.value.keys() == REPORT_SCHEMA["properties"].keys()


@pytest.mark.timeout(30)
@pytest.mark.parametrize("hostile", ["[{", "}]", "`[ ", "A ", "AB", " {}"])
def test_long_texts_around_an_answer_are_read_in_bounded_time(hostile: str) -> None:
    around = hostile * (100_000 // len(hostile))
    text = json.dumps(PLAN_GOOD)
    assert fit_answer(f"{text} {around}a", PLAN_SCHEMA).value["action"] == "BUY"
    assert fit_answer(f"[{text},{text}] {around}a", PLAN_SCHEMA).value["action"] == "BUY"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "hostile", ["{", '{"a":', "[{", '{"a": "', "{'", "<think>", "</think>{", "/*{", "{a:{", "<think"]
)
def test_long_hostile_texts_are_refused_in_bounded_time(hostile: str) -> None:
    with pytest.raises(Unfit):
        fit_answer(hostile * (200_000 // len(hostile)), REPORT_SCHEMA)
