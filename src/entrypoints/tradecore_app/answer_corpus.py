"""The labelled corpus of answers: shapes that models write, what reads as a report, and what does not with the reason.

Each text means the report `GOOD`, whatever stands around it and whatever its form. `SPOILT` gives any answer some of
these shapes.
"""

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tradecore.engines.desk.answer_fitting import Repair

TEXT = "The trend is up."
STATEMENT = {"text": TEXT, "cites": ["E1", "E29"]}
GOOD: dict[str, Any] = {"score": 0.4, "points": [STATEMENT], "risks": [], "summary": [STATEMENT]}
FITTED = {**GOOD, "score": Decimal("0.4")}
STRICT = json.dumps(GOOD)


def changed(**fields: Any) -> str:
    """The report with other values in some of its fields."""
    return json.dumps({**GOOD, **fields})


# The text, and what is put right in it.
READABLE: dict[str, tuple[str, tuple[Repair, ...]]] = {
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
    "comments of Python": (json.dumps(GOOD, indent=1).replace("0.4,", "0.4,  # moderate"), (Repair.SYNTAX,)),
    "commas and colons of East Asian width": (
        STRICT.replace(", ", "\uff0c").replace(": ", "\uff1a"),
        (Repair.SYNTAX,),
    ),
    "a text of JSON that holds the JSON": (json.dumps(STRICT), (Repair.SYNTAX,)),
    "escaped quotes throughout": ("Answer: " + STRICT.replace('"', '\\"'), (Repair.SURROUNDING_TEXT, Repair.SYNTAX)),
    "entities of HTML": (STRICT.replace('"', "&quot;"), (Repair.SYNTAX,)),
    "a number behind a space of no width": (changed(score="\u200b0.4"), (Repair.NUMBERS,)),
    "citations in other notations": (
        changed(points=[{"text": TEXT, "cites": ["E01", "Evidence 29", "#1", "\uff25\uff12\uff19"]}]),
        (Repair.CITATIONS,),
    ),
    "citations as decimal numbers": (changed(points=[{"text": TEXT, "cites": [1.0, 29.0]}]), (Repair.CITATIONS,)),
    "one text that is far too long": (
        changed(points=[STATEMENT, {"text": "very " * 500, "cites": []}]),
        (Repair.LONG_TEXTS,),
    ),
}


# The text, and the reason that readers are told.
UNREADABLE: dict[str, tuple[str, str]] = {
    "nothing": ("", "its last answer was empty"),
    "blanks": (" \n\t\ufeff", "its last answer was empty"),
    "a refusal": ("I'm sorry, but I can't help with financial advice.", "it refused to answer"),
    "a refusal within JSON": ('{"error": "I cannot provide financial advice."}', "it refused to answer"),
    "a field in two spellings": (changed(Score=-1), "its last answer was not in the requested form"),
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


# A statement that no evidence bears out.
UNSUPPORTED = {"text": "Revenue grew by 94.7% in 2019.", "cites": ["E1"]}

# What models do to a valid answer, given as an object and as its text. The last four cannot be read.
SPOILT: Sequence[Callable[[Any, str], str]] = (
    lambda made, text: f"```json\n{text}\n```",
    lambda made, text: f"<think>Let me see: {{}}.</think>\n{text}",
    lambda made, text: f"Here is my answer:\n{text}\nI hope this helps!",
    lambda made, text: str(made),
    lambda made, text: text[:-1] + ",}",
    lambda made, text: json.dumps({"answer": made}),
    lambda made, text: json.dumps({**made, "note": "as requested"}),
    lambda made, text: json.dumps(
        {name: f"{value}" if isinstance(value, float) else value for name, value in made.items()}
    ),
    lambda made, text: re.sub(r'"(E\d+)"', r'"[\1] (as listed)"', text),
    lambda made, text: json.dumps({name: value or None for name, value in made.items()}),
    lambda made, text: json.dumps(
        {name: [*value, UNSUPPORTED] if isinstance(value, list) and value else value for name, value in made.items()}
    ),
    lambda made, text: json.dumps({**made, **({"confidence": 65} if "confidence" in made else {})}),
    lambda made, text: "I'm sorry, but I can't help with that.",
    lambda made, text: text[: len(text) // 2],
    lambda made, text: "",
    lambda made, text: "The outlook is good.",
)
