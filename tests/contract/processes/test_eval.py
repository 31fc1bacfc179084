"""`tradecore eval` against a model server on this machine: what it counts, and what a masked case hides."""

import asyncio
import json
from typing import Any

from model_vendors import Body, FakeVendors, plausible, text_of

EVAL = ("eval", "--model", "openai:gpt-4o-mini", "--cases", "2", "--json")


async def evaluated(house: Any, vendors: FakeVendors, *more: str) -> Any:
    house.settings |= {
        "OPENAI_API_KEY": vendors.key,
        "OPENAI_BASE_URL": f"{vendors.url}/v1",
        "TRADECORE_MODEL_PRICES": "gpt-4o-mini=0.15/0.075/0.60",
    }
    told = await asyncio.to_thread(house.run, *EVAL, *more)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)["cases"]


async def test_a_masked_case_names_nothing_and_changes_nothing_else(house: Any) -> None:
    async with FakeVendors(answer=plausible).serving() as vendors:
        cases = await evaluated(house, vendors, "--masked")
        half = len(vendors.requests) // 2
        named, masked = [
            "\n".join(text_of(r.body) for r in part) for part in (vendors.requests[:half], vendors.requests[half:])
        ]
    assert [(case["symbol"], case["masked"]) for case in cases] == [
        ("IBM", False), ("AAPL", False), ("IBM", True), ("AAPL", True),
    ]  # fmt: skip
    assert "IBM" in named
    for name in ("IBM", "AAPL", "International Business", "Apple"):
        assert name not in masked
    # the close of each case is 100
    assert "100" in masked
    for plain, hidden in zip(cases[:2], cases[2:], strict=True):
        assert (plain["answers"], plain["unusable"], plain["error"]) == (6, 0, None)
        assert plain["calls"] == hidden["calls"] == 6
        assert plain["cost"] > 0
        # the same plan in real prices, but for the rounding of scaled ones
        assert abs(plain["actualReturn"] - hidden["actualReturn"]) < 0.5


async def test_answers_that_cannot_be_used_and_refusals_are_counted(house: Any) -> None:
    def answer(body: Body) -> str:
        return plausible(body) if '"markdown"' in text_of(body) else "I cannot help with that."

    async with FakeVendors(answer=answer).serving() as vendors:
        [first, _] = await evaluated(house, vendors)
    assert first["unusable"] > 0
    assert first["needsReview"] or first["error"]
