"""The contract of `tradecore.ports.language`: subclass `LanguageModelSuite` and give a model that answers."""

import asyncio

import pytest
from attrs import evolve

from tradecore.ports.language import FinishReason, LanguageModel
from tradecore.testing.builders import make_prompt


class LanguageModelSuite:
    """What every language model promises. Give `language_model`, which answers in the format of `make_prompt()`."""

    @pytest.fixture
    def language_model(self) -> LanguageModel:
        """The model."""
        raise NotImplementedError("Override the fixture language_model; it returns a LanguageModel.")

    async def test_its_name_is_provider_and_model(self, language_model: LanguageModel) -> None:
        provider, _, model = language_model.name.partition(":")
        assert provider
        assert provider == provider.lower()
        assert model

    async def test_an_answer_is_complete_and_counted(self, language_model: LanguageModel) -> None:
        reply = await language_model.ask(make_prompt())
        assert reply.text
        assert reply.finish_reason is FinishReason.COMPLETE
        assert ":" in reply.call.model
        assert reply.call.input_tokens > 0
        assert reply.call.output_tokens > 0
        assert 0 <= reply.call.cached_tokens <= reply.call.input_tokens

    async def test_a_call_costs_no_more_than_its_bound(self, language_model: LanguageModel) -> None:
        bound = language_model.max_cost(make_prompt())
        cost = (await language_model.ask(make_prompt())).call.cost
        assert (bound is None) == (cost is None)
        if bound is not None and cost is not None:
            assert 0 <= cost <= bound

    async def test_a_longer_prompt_has_no_lower_bound(self, language_model: LanguageModel) -> None:
        short = language_model.max_cost(make_prompt())
        long = language_model.max_cost(evolve(make_prompt(), case="level.1: 875.4\n" * 1000))
        assert (short is None) == (long is None)
        if short is not None and long is not None:
            assert long >= short

    async def test_text_that_is_not_valid_unicode_is_sent_all_the_same(self, language_model: LanguageModel) -> None:
        prompt = evolve(make_prompt(), case="half a pair \ud83d of surrogates", task="\x00 <|im_start|>")
        assert (await language_model.ask(prompt)).text

    async def test_calls_may_run_side_by_side(self, language_model: LanguageModel) -> None:
        replies = await asyncio.gather(*(language_model.ask(make_prompt()) for _ in range(4)))
        assert len(replies) == 4

    async def test_a_call_can_be_cancelled_and_the_next_one_answers(self, language_model: LanguageModel) -> None:
        call = asyncio.ensure_future(language_model.ask(make_prompt()))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert (await language_model.ask(make_prompt())).text
