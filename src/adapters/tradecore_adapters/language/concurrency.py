"""A limit on concurrent calls, shared by several models."""

from asyncio import Semaphore
from decimal import Decimal
from typing import Generic, TypeVar

from attrs import frozen

from tradecore.ports.language import Answering, ChatFormat, ChatModel, ChatRequest, LanguageModel, Prompt, Reply
from tradecore_adapters.language.chat import chat_model

RequestT = TypeVar("RequestT")


@frozen
class _Limited(Generic[RequestT]):
    model: Answering[RequestT]
    semaphore: Semaphore

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    def max_cost(self, request: RequestT) -> Decimal | None:
        """The bound of the model."""
        return self.model.max_cost(request)

    async def ask(self, request: RequestT) -> Reply:
        """See `LanguageModel`. Waiting for the semaphore has no deadline, since the calls that hold it have one."""
        async with self.semaphore:
            return await self.model.ask(request)


@frozen
class ConcurrencyLimit(_Limited[Prompt]):
    """Acquires the semaphore around each call. Models with the same semaphore share its limit."""

    model: LanguageModel
    semaphore: Semaphore

    @property
    def chat(self) -> ChatModel | None:
        """The model for requests of other programs, under the same limit; None where it takes prompts only."""
        chat = chat_model(self.model)
        return None if chat is None else LimitedChat(chat, self.semaphore)


@frozen
class LimitedChat(_Limited[ChatRequest]):
    """Acquires the semaphore around each call of another program."""

    model: ChatModel
    semaphore: Semaphore

    @property
    def format(self) -> ChatFormat:
        """The format of the model."""
        return self.model.format
