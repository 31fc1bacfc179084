"""Answers that are readable but not in the requested form: what is put right, what is counted, what is refused."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.desk.answer_fitting import MAX_ITEMS, Repair, Unfit, fit_answer
from tradecore.engines.desk.replies import ARGUMENT, CONCERNS, PLAN, REPORT, RULING

REPORT_SCHEMA, PLAN_SCHEMA = REPORT.response_format.schema, PLAN.response_format.schema
TEXT = "The trend is up."
STATEMENT = {"text": TEXT, "cites": ["E1", "E29"]}
GOOD: dict[str, Any] = {"score": 0.4, "points": [STATEMENT], "risks": [], "summary": [STATEMENT]}
PLAN_GOOD: dict[str, Any] = {
    "action": "BUY",
    "confidence": 6.5,
    "stop": "E29",
    "target": "E31",
    "thesis": [STATEMENT],
    "invalidation": {"text": "A close below it.", "cites": ["E29"]},
}
FITTED = {**GOOD, "score": Decimal("0.4")}
STRICT = json.dumps(GOOD)


def changed(**fields: Any) -> str:
    return json.dumps({**GOOD, **fields})


READABLE = {
    "strict JSON": (STRICT, ()),
    "indented": (json.dumps(GOOD, indent=2), ()),
    "byte-order mark": ("\ufeff" + STRICT, ()),
    "fence": (f"```json\n{STRICT}\n```", (Repair.SURROUNDING_TEXT,)),
    "fence without a language": (f"```\n{STRICT}\n```", (Repair.SURROUNDING_TEXT,)),
    "prose before": (f"Here is my report:\n{STRICT}", (Repair.SURROUNDING_TEXT,)),
    "prose after": (f"{STRICT}\n\nI hope this helps!", (Repair.SURROUNDING_TEXT,)),
    "prose with braces": (f"The set {{a, b}} matters.\n{STRICT}\n{{end}}", (Repair.SURROUNDING_TEXT,)),
    "a draft before the answer": (changed(score=-1) + "\nOn reflection:\n" + STRICT, (Repair.SURROUNDING_TEXT,)),
    "reasoning": (f"<think>Say {changed(score=-1)}?</think>\n{STRICT}", (Repair.REASONING,)),
    "reasoning without its first tag": (f"Hm, {{}}.</think>{STRICT}", (Repair.REASONING,)),
    "reasoning in other words": (f"<Reasoning effort='high'>no</Reasoning> {STRICT}", (Repair.REASONING,)),
    "harmony channels": (
        f"<|channel|>analysis<|message|>Let me see.<|end|><|channel|>final<|message|>{STRICT}",
        (Repair.SURROUNDING_TEXT,),
    ),
    "trailing commas": (STRICT.replace("]}", ",],}"), (Repair.SYNTAX,)),
    "single quotes": (str(GOOD), (Repair.SYNTAX,)),
    "typographic quotes": (
        STRICT.replace('"score"', "\u201cscore\u201d").replace(f'"{TEXT}"', f"\u201c{TEXT}\u201d"),
        (Repair.SYNTAX,),
    ),
    "keys without quotes": (STRICT.replace('"score"', "score").replace('"risks"', "risks"), (Repair.SYNTAX,)),
    "comments": (STRICT.replace("{", "{ // my score\n", 1).replace("]}", "/* none */]}"), (Repair.SYNTAX,)),
    "missing comma between lines": (
        json.dumps(GOOD, indent=1).replace("0.4,\n", "0.4\n"),
        (Repair.SYNTAX,),
    ),
    "a number as text": (changed(score="0.4"), (Repair.NUMBERS,)),
    "a number with a plus": (changed(score="+0.40"), (Repair.NUMBERS,)),
    "a number in percent": (changed(score="40%"), (Repair.NUMBERS,)),
    "a number with a decimal comma": (changed(score="0,4"), (Repair.NUMBERS,)),
    "a plus before a bare number": (STRICT.replace("0.4", "+0.4"), (Repair.SYNTAX,)),
    "null for an empty list": (changed(risks=None), (Repair.MISSING_LISTS,)),
    "a word for an empty list": (changed(risks="None."), (Repair.MISSING_LISTS,)),
    "a list left out": (json.dumps({k: v for k, v in GOOD.items() if k != "risks"}), (Repair.MISSING_LISTS,)),
    "one statement instead of a list": (changed(points=STATEMENT), (Repair.SINGLE_ITEMS,)),
    "numbered statements": (changed(points={"point_1": STATEMENT}), (Repair.SINGLE_ITEMS,)),
    "citations in one text": (changed(points=[{"text": TEXT, "cites": "E1, E29"}]), (Repair.CITATIONS,)),
    "decorated citations": (changed(points=[{"text": TEXT, "cites": ["[e1]", "E29 (124.72)"]}]), (Repair.CITATIONS,)),
    "citations as numbers": (changed(points=[{"text": TEXT, "cites": [1, 29]}]), (Repair.CITATIONS,)),
    "citations as objects": (
        changed(points=[{"text": TEXT, "cites": [{"id": "E1"}, {"id": "E29"}]}]),
        (Repair.CITATIONS,),
    ),
    "a wrapper": (json.dumps({"report": GOOD}), (Repair.WRAPPER,)),
    "two wrappers": (json.dumps({"result": {"report": GOOD}}), (Repair.WRAPPER,)),
    "a list around it": (json.dumps([GOOD]), (Repair.SURROUNDING_TEXT,)),
    "the arguments of a tool call": (
        json.dumps({"name": "report", "arguments": json.dumps(GOOD)}),
        (Repair.WRAPPER,),
    ),
    "a part of a message": (json.dumps([{"type": "text", "text": STRICT}]), (Repair.SURROUNDING_TEXT, Repair.WRAPPER)),
    "the schema filled in": (json.dumps({"type": "object", "properties": GOOD}), (Repair.WRAPPER,)),
    "extra fields": (changed(notes="-", confidence=3), (Repair.EXTRA_FIELDS,)),
    "field names in another case": (json.dumps({k.title(): v for k, v in GOOD.items()}), (Repair.FIELD_NAMES,)),
    "other names for text and citations": (
        changed(points=[{"statement": TEXT, "evidence": ["E1", "E29"]}]),
        (Repair.FIELD_NAMES,),
    ),
    "control characters": (
        changed(points=[{"text": f"{TEXT}\x00\x1b", "cites": ["E1", "E29"]}]),
        (Repair.CONTROL_CHARACTERS,),
    ),
    "one text that is far too long": (
        changed(points=[STATEMENT, {"text": "very " * 500, "cites": []}]),
        (Repair.LONG_TEXTS,),
    ),
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


@pytest.mark.parametrize("action", ["buy", "Buy", " **BUY** ", "BUY."])
def test_choices_are_read_in_any_case(action: str) -> None:
    fitted = fit_answer(json.dumps({**PLAN_GOOD, "action": action}), PLAN_SCHEMA)
    assert fitted.value["action"] == "BUY"
    assert fitted.repairs == (Repair.CHOICES,)


@pytest.mark.parametrize("action", ["strong buy", "overweight", "", None, 1, "BUY or HOLD"])
def test_a_choice_that_is_none_is_never_guessed(action: object) -> None:
    with pytest.raises(Unfit) as refused:
        fit_answer(json.dumps({**PLAN_GOOD, "action": action}), PLAN_SCHEMA)
    assert refused.value.faults == ("In action, give one of BUY, SELL, HOLD.",)


@pytest.mark.parametrize(("text", "number"), [("6.5/10", "6.5"), ("7 out of 10", "7"), ("+8", "8"), ("65%", "0.65")])
def test_a_confidence_is_read_as_it_is_written(text: str, number: str) -> None:
    fitted = fit_answer(json.dumps({**PLAN_GOOD, "confidence": text}), PLAN_SCHEMA)
    assert fitted.value["confidence"] == Decimal(number)


@pytest.mark.parametrize("score", ["high", "1e5", "0.4 or 0.5", "", None, True, [0.4], "٠.٤", "1" * 50])
def test_a_number_that_is_none_is_a_fault(score: object) -> None:
    with pytest.raises(Unfit) as refused:
        fit_answer(changed(score=score), REPORT_SCHEMA)
    assert refused.value.faults == ("In score, give a number.",)


UNREADABLE = {
    "nothing": ("", "its last answer was empty"),
    "blanks": (" \n\t\ufeff", "its last answer was empty"),
    "a refusal": ("I'm sorry, but I can't help with financial advice.", "it refused to answer"),
    "reasoning without an end": ("<think>" + STRICT, "it used up its answer on reasoning"),
    "reasoning alone": ("<think>Well.</think>", "it used up its answer on reasoning"),
    "an answer that is cut off": (STRICT[:-20], "its last answer was cut off"),
    "not a number": (STRICT.replace("0.4", "NaN"), "its last answer had a number that is none"),
    "infinity": (STRICT.replace("0.4", "-Infinity"), "its last answer had a number that is none"),
    "prose": ("The outlook is good. I would buy.", "its last answer was not in the requested form"),
    "another object": ('{"error": "overloaded"}', "its last answer was not in the requested form"),
    "a key twice": (STRICT.replace("{", '{"score": 0.1, ', 1), "its last answer was not in the requested form"),
    "nested without end": ('{"score":' * 5000 + "1" + "}" * 5000, "its last answer was not in the requested form"),
}


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
@pytest.mark.parametrize(
    "hostile", ["{", '{"a":', "[{", '{"a": "', "{'", "<think>", "</think>{", "/*{", "{a:{", "<think"]
)
def test_long_hostile_texts_are_refused_in_bounded_time(hostile: str) -> None:
    with pytest.raises(Unfit):
        fit_answer(hostile * (200_000 // len(hostile)), REPORT_SCHEMA)
