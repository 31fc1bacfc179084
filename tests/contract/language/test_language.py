"""The promises of a language model, asked of every row."""

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from attrs import evolve

from model_vendors import PROMPT, FakeVendors, text_of
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import FinishReason, LanguageModel
from tradecore_adapters.language.transport import CallLimits

Opening = Callable[..., Awaitable[LanguageModel]]

HASTY = CallLimits(deadline=0.3, tries=1, pauses=0.1)
# What a model may say in place of what it was asked for (F37).
UNASKED = [
    "Buy! Now!", '{"stance": "bull', '{"stance": "sideways", "score": 9999}', '{"stance": "bullish", "score": NaN}', "",
    " \n", "Als Sprachmodell darf ich das nicht.", "看涨", "[]", '"\\ud800"', "\x00", "x" * 4_900_000,
]  # fmt: skip
# What may come in place of an answer, again and again: statuses, and see FakeVendors.
FATAL: list[int | str] = [
    400, 401, 402, 403, 408, 413, 418, 422, 429, 500, 503, 529,
    "hole", "drip", "reset", "broken", "html", "half", "empty", "huge", "gzip", "redirect", "no choice",
]  # fmt: skip


async def test_an_answer_comes_whole_with_what_it_took(of_row: Opening, vendors: FakeVendors) -> None:
    model = await of_row()
    reply = await model.ask(PROMPT)
    assert json.loads(reply.text) == {"stance": "bullish", "score": 0.5}
    assert reply.finish_reason is FinishReason.COMPLETE
    assert reply.call.model.startswith(("openai:gpt-priced", "anthropic:claude-priced"))
    assert reply.call.model != model.name, "the vendor says which version served"
    assert reply.call.input_tokens > 0
    assert reply.call.output_tokens > 0
    billed = (2 * reply.call.input_tokens + 8 * reply.call.output_tokens) / Decimal(1_000_000)
    bound = model.max_cost(PROMPT)
    # A recorded answer is not billed again.
    assert (reply.call.cost, bound) == (0, 0) or (reply.call.cost == billed and bound > billed)
    (request,) = vendors.requests
    for part in (PROMPT.rules, PROMPT.case, PROMPT.task):
        assert part in text_of(request.body)


async def test_a_name_tells_provider_and_model(of_row: Opening) -> None:
    provider, _, model = (await of_row()).name.partition(":")
    assert provider in ("openai", "anthropic")
    assert model


@pytest.mark.parametrize("finish_reason", ["truncated", "refused"])
async def test_a_truncated_or_refused_answer_says_so(finish_reason: str, of_row: Opening, vendors: FakeVendors) -> None:
    vendors.finish_reason = finish_reason
    assert (await (await of_row()).ask(PROMPT)).finish_reason is FinishReason(finish_reason)


async def test_F37_an_answer_of_whatever_content_is_a_reply(of_row: Opening, vendors: FakeVendors) -> None:
    model = await of_row()
    for said in UNASKED:
        vendors.answer = lambda body, said=said: said
        reply = await model.ask(PROMPT)
        assert reply.text == said
        assert reply.finish_reason is FinishReason.COMPLETE


async def test_an_answer_without_a_count_has_the_worst_that_it_can_have_been(
    of_row: Opening, vendors: FakeVendors
) -> None:
    vendors.counted = "nothing"
    model = await of_row()
    call = (await model.ask(PROMPT)).call
    assert call.cost == model.max_cost(PROMPT)
    assert call.input_tokens >= len(text_of(vendors.requests[0].body)), "a token has at least a byte"
    assert call.output_tokens == CallLimits().max_tokens


@pytest.mark.parametrize("faults", [[429], [529, 529], [500, 500], [503], ["broken"], ["reset"]], ids=str)
async def test_F36_what_may_succeed_later_is_asked_again(
    faults: list[int | str], of_row: Opening, vendors: FakeVendors
) -> None:
    model = await of_row()
    vendors.faults = [*faults]
    assert json.loads((await model.ask(PROMPT)).text)["stance"] == "bullish"
    assert len(vendors.requests) == len(faults) + 1


async def test_F35_F38_what_never_succeeds_ends_as_unavailable(of_row: Opening, vendors: FakeVendors) -> None:
    model = await of_row(limits=HASTY)
    vendors.words = {"message": f"You sent {vendors.key} with {PROMPT.task}"}
    for vendors.always in FATAL:
        with pytest.raises(Unavailable, match=r"\.$") as caught:
            await model.ask(PROMPT)
        # What the edges write into their logs holds neither the key nor a vendor's words, which may quote the prompt.
        told = "".join(traceback.format_exception(caught.value))
        for secret in (vendors.key, PROMPT.task, PROMPT.case, "You sent"):
            assert secret not in told


async def test_no_more_than_the_agreed_tries_are_made(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.always = 500
    with pytest.raises(Unavailable, match="has an outage"):
        await (await at(vendor)).ask(PROMPT)
    assert len(vendors.requests) == 3


async def test_a_model_that_does_not_exist_is_the_callers_to_change(of_row: Opening, vendors: FakeVendors) -> None:
    vendors.models = frozenset({"another"})
    with pytest.raises(Invalid, match=r"has no model '(gpt|claude)-priced'") as caught:
        await (await of_row()).ask(PROMPT)
    assert [problem.field for problem in caught.value.problems] == ["model"]


@pytest.mark.parametrize("moment", ["before an answer", "within an answer"])
async def test_a_call_that_is_cancelled_is_abandoned_at_once(
    moment: str, of_row: Opening, vendors: FakeVendors
) -> None:
    vendors.always = "hole" if moment == "before an answer" else "drip"
    call = asyncio.create_task((await of_row()).ask(PROMPT))
    await vendors.arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    # The vendor sees the line go dead, rather than writing on for nobody.
    await vendors.gone.wait()
    assert len(vendors.requests) == 1


async def test_text_that_is_no_text_is_sent_all_the_same(of_row: Opening, vendors: FakeVendors) -> None:
    prompt = evolve(PROMPT, case="half a pair \ud83d of surrogates", task="\x00 <|im_start|>")
    await (await of_row()).ask(prompt)
    assert "half a pair ? of surrogates" in text_of(vendors.requests[0].body)
