"""Replies are read strictly, then leniently; what is wrong with one is said without quoting it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tradecore.engines.desk.answer_fitting import Repair
from tradecore.engines.desk.replies import ARGUMENT, CONCERNS, PLAN, REPORT, RULING, InvalidReply, ReplyParser
from tradecore.model.steps import Action

SAID = {"text": "It rose.", "cites": ["E1"]}
GOOD: dict[str, tuple[ReplyParser[Any], dict[str, Any]]] = {
    "report": (REPORT, {"score": 0.5, "points": [SAID], "risks": [SAID], "summary": [SAID]}),
    "argument": (ARGUMENT, {"claims": [SAID], "answers": [{"to": "A", **SAID}]}),
    "ruling": (RULING, {"balance": -1, "reasons": [SAID]}),
    "plan": (
        PLAN,
        {"action": "BUY", "confidence": 7, "stop": "E2", "target": "[E3]", "thesis": [SAID], "invalidation": SAID},
    ),
    "concerns": (CONCERNS, {"concerns": [SAID]}),
}
FORMS = [form for form, _ in GOOD.values()]


@pytest.mark.parametrize("kind", GOOD)
def test_what_has_the_shape_is_read(kind: str) -> None:
    form, value = GOOD[kind]
    assert form.response_format.name == kind
    assert form.parse(json.dumps(value)) == form.parse(f"\n {json.dumps(value, ensure_ascii=False, indent=1)}\n")


@pytest.mark.parametrize(
    "around",
    [
        "```json\n{}\n```",
        "```\n{}```",
        "Here it is:\n```json\n{}\n```",
        "```json\n{}\n``` Good luck!",
        "```json\n{}",
        "<think>So.</think>{}",
        "\ufeff{}",
    ],
)
def test_what_stands_around_an_answer_is_no_part_of_it(around: str) -> None:
    form, value = GOOD["report"]
    text = json.dumps({**value, "risks": [{"text": "A ```fence``` within.", "cites": []}]})
    assert form.parse(around.replace("{}", text)).reply == form.parse(text).reply


def test_a_plan_is_read_into_the_words_of_the_desk() -> None:
    plan = PLAN.parse(json.dumps(GOOD["plan"][1])).reply
    assert (plan.action, plan.confidence, plan.stop, plan.target) == (Action.BUY, Decimal("7.0"), "E2", "[E3]")
    assert plan.thesis[0].text == "It rose [E1]."


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("plan", {"confidence": "high"}),
        ("plan", {"confidence": 9999}),
        ("plan", {"confidence": 65}),
        ("plan", {"confidence": 0.65}),
        ("plan", {"confidence": "65%"}),
        ("plan", {"confidence": -0.1}),
        ("plan", {"confidence": True}),
        ("plan", {"confidence": None}),
        ("plan", {"action": "STRONG BUY"}),
        ("plan", {"thesis": []}),
        ("plan", {"thesis": [{"text": " … ", "cites": []}]}),
        ("plan", {"invalidation": {"text": "", "cites": []}}),
        ("report", {"score": 1.01}),
        ("ruling", {"reasons": []}),
        ("ruling", {"balance": 2}),
    ],
)
def test_S80_what_has_not_the_shape_is_refused_without_being_quoted(kind: str, change: dict[str, Any]) -> None:
    form, value = GOOD[kind]
    with pytest.raises(InvalidReply) as refused:
        form.parse(json.dumps({**value, **change}))
    told = " ".join(refused.value.faults)
    assert told.endswith(".")
    assert not any(text in told for text in ("9999", "STRONG", "65", "high"))


@pytest.mark.parametrize(
    ("kind", "change", "repair"),
    [
        ("plan", {"action": "buy"}, Repair.CHOICES),
        ("plan", {"symbol": "AMD"}, Repair.EXTRA_FIELDS),
        ("plan", {"stop": 806.36}, Repair.NUMBERS),
        ("report", {"points": "It rose."}, Repair.STATEMENTS),
        ("report", {"points": [SAID] * 11}, Repair.LONG_LISTS),
        ("report", {"points": [{"text": "ﷺ" * 100, "cites": []}]}, Repair.LONG_TEXTS),
        ("report", {"points": [{"text": "a\ud800b", "cites": []}]}, Repair.CONTROL_CHARACTERS),
        ("report", {"points": [{"text": "It rose.", "cites": ["E1 (an id), **E2**"]}]}, Repair.CITATIONS),
        ("concerns", {"concerns": None}, Repair.MISSING_LISTS),
    ],
)
def test_what_is_readable_is_read_and_its_repairs_are_named(kind: str, change: Any, repair: Repair) -> None:
    form, value = GOOD[kind]
    assert repair in form.parse(json.dumps({**value, **change})).repairs


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"confidence": 0.65}, "the confidence of its last answer was a share of 1 instead of a number from 0 to 10"),
        ({"confidence": 65}, "the confidence of its last answer was out of range"),
        ({"confidence": "high"}, "its last answer was not in the requested form"),
    ],
)
def test_an_answer_that_cannot_be_used_is_called_what_it_is(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidReply) as refused:
        PLAN.parse(json.dumps({**GOOD["plan"][1], **change}))
    assert refused.value.reason == reason


def test_five_megabytes_are_not_read() -> None:
    with pytest.raises(InvalidReply) as refused:
        PLAN.parse("x" * 5_000_000)
    assert refused.value.reason == "its last answer was far too long"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "BUY",
        "I cannot help with that.",
        '{"concerns": [',
        '{"concerns": [], "concerns": ["It rose."]}',
        "[" * 50_000,
        '{"concerns": []}' + " " * 200_000,
        '{"concerns": "' + "x" * 5_000_000 + '"}',
    ],
)
def test_F37_what_is_not_one_json_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidReply):
        CONCERNS.parse(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999999999999999999999", "1e400", "9" * 5000])
def test_F37_numbers_that_are_none_are_refused(number: str) -> None:
    with pytest.raises(InvalidReply):
        RULING.parse(json.dumps(GOOD["ruling"][1]).replace("-1", number))


def test_numbers_are_rounded_to_what_is_shown() -> None:
    text = json.dumps(GOOD["ruling"][1])
    assert str(RULING.parse(text.replace("-1", "0.123456789")).reply.balance) == "0.12"
    assert str(RULING.parse(text.replace("-1", "-1e-999999999")).reply.balance) == "0.00"


def test_statements_that_say_nothing_are_left_out() -> None:
    said = CONCERNS.parse(json.dumps({"concerns": [{"text": " — ", "cites": ["E1"]}, SAID]})).reply
    assert len(said.concerns) == 1


def test_many_faults_are_told_in_few_sentences() -> None:
    with pytest.raises(InvalidReply) as refused:
        REPORT.parse(json.dumps({"score": "a", "points": [1] * 10, "risks": [2] * 10, "summary": [3] * 10}))
    assert len(refused.value.faults) == 8


def test_shapes_keep_to_what_every_vendor_takes() -> None:
    def look(schema: Any) -> None:
        assert schema["type"] in ("object", "array", "string", "number")
        assert schema.keys() <= {"type", "properties", "required", "additionalProperties", "items", "enum"}
        if schema["type"] == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == [*schema["properties"]]
            for each in schema["properties"].values():
                look(each)
        if schema["type"] == "array":
            look(schema["items"])

    for form in FORMS:
        assert form.response_format.name.isidentifier()
        assert form.response_format.schema["type"] == "object"
        json.dumps(form.response_format.schema)
        look(form.response_format.schema)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["E1", "BUY"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "cites", "to"]), inner),
    max_leaves=8,
)


@for_all(form=st.sampled_from(FORMS), text=st.text() | JSON.map(json.dumps))
def test_F37_garbage_is_refused_and_breaks_nothing(form: ReplyParser[Any], text: str) -> None:
    with pytest.raises(InvalidReply):
        form.parse(text)
