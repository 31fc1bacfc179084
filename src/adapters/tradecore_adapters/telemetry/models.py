"""Counts and traces the calls of language models, their tokens and what they cost; never what they say."""

from decimal import Decimal
from time import perf_counter
from typing import Generic, TypeVar

from attrs import frozen

from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import Answering, ChatFormat, ChatModel, ChatRequest, LanguageModel, Prompt, Reply
from tradecore_adapters.language.chat import chat_model
from tradecore_adapters.telemetry.metrics import MODEL_CALLS, MODEL_DOLLARS, MODEL_SECONDS, MODEL_TOKENS
from tradecore_adapters.telemetry.traces import Attributes, SpanKind, span

RequestT = TypeVar("RequestT")


@frozen
class _Observed(Generic[RequestT]):
    model: Answering[RequestT]

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    def max_cost(self, request: RequestT) -> Decimal | None:
        """The bound of the model."""
        return self.model.max_cost(request)

    async def ask(self, request: RequestT) -> Reply:
        """See `LanguageModel`."""
        provider, _, name = self.model.name.partition(":")
        attributes: Attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": name,
        }
        if isinstance(request, Prompt):
            attributes["tradecore.step"] = request.response_format.name
        began = perf_counter()
        try:
            with span(f"chat {name}", SpanKind.CLIENT, attributes) as current:
                reply = await self.model.ask(request)
                current.set("gen_ai.usage.input_tokens", reply.call.input_tokens)
                current.set("gen_ai.usage.output_tokens", reply.call.output_tokens)
                current.set("gen_ai.response.finish_reasons", reply.finish_reason)
        except BaseException as error:
            MODEL_CALLS.add(provider, _outcome_of(error))
            raise
        MODEL_SECONDS.observe(provider, seconds=perf_counter() - began)
        MODEL_CALLS.add(provider, reply.finish_reason)
        call = reply.call
        MODEL_TOKENS.add(provider, "input", amount=call.input_tokens - call.cached_tokens)
        MODEL_TOKENS.add(provider, "cached", amount=call.cached_tokens)
        MODEL_TOKENS.add(provider, "output", amount=call.output_tokens)
        if call.cost is not None:
            MODEL_DOLLARS.add(provider, amount=float(call.cost))
        return reply


@frozen
class ObservedModel(_Observed[Prompt]):
    """A language model whose calls are counted and traced."""

    model: LanguageModel

    @property
    def chat(self) -> ChatModel | None:
        """The model for requests of other programs, counted too; None where it takes prompts only."""
        chat = chat_model(self.model)
        return None if chat is None else ObservedChat(chat)


@frozen
class ObservedChat(_Observed[ChatRequest]):
    """A model whose calls by other programs are counted."""

    model: ChatModel

    @property
    def format(self) -> ChatFormat:
        """The format of the model."""
        return self.model.format


def _outcome_of(error: BaseException) -> str:
    match error:
        case Unavailable():
            return "unavailable"
        case Invalid():
            return "invalid"
        case Exception():
            return "error"
        case _:
            return "cancelled"
