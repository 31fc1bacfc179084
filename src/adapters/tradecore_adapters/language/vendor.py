"""Models at a vendor: everything that does not depend on which vendor it is."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from typing import Any

import httpx2
from attrs import define, evolve, field, frozen
from pydantic import SecretStr, ValidationError

from tradecore.model.errors import Unavailable
from tradecore.model.usage import Call
from tradecore.ports.language import ChatFormat, ChatModel, ChatRequest, FinishReason, LanguageModel, Prompt, Reply
from tradecore_adapters.language.chat import prepare_request
from tradecore_adapters.language.dialect import AnswerFormat, Dialect, TokenLimit
from tradecore_adapters.language.dialect_memory import DialectMemory
from tradecore_adapters.language.prices import Price, TokenCount, price_of
from tradecore_adapters.language.refusals import Unanswered, Vendor, response_body, timed_out, too_long, unreadable
from tradecore_adapters.language.transport import CallLimits, SdkClient, open_http_client

# Tokens that vendors add to a prompt: roles, and instructions about the response format.
_FRAME_TOKENS = 1_000
_MAX_PLAUSIBLE_TOKENS = 1_000_000_000
_MAX_NAME_LENGTH = 200


@frozen
class VendorReply:
    """The answer of a vendor: text, finish reason, the model that served, and its token count if that is plausible."""

    text: str
    finish_reason: FinishReason
    model: str
    count: TokenCount | None


@frozen
class VendorApi:
    """The differences between vendors.

    `provider` is the name of the provider, of its SDK's package and of the extra that installs it; the settings
    `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL` belong to it. `formats` and `token_limits` are what requests may use,
    the preferred ones first. `create` sends one request through the SDK's client; `read` turns the body of a
    response into a reply, and raises ValidationError for one that is not of this API.
    """

    provider: str
    title: str
    address: str
    client_class: str
    modules: tuple[str, ...]
    listed_prices: Mapping[str, Price] = field(hash=False)
    formats: tuple[AnswerFormat, ...]
    token_limits: tuple[TokenLimit, ...]
    create: Callable[[Any, str, Prompt, CallLimits, Dialect], Awaitable[Any]]
    forward: Callable[[Any, Mapping[str, Any]], Awaitable[Any]]
    chat_format: ChatFormat
    read: Callable[[bytes], VendorReply]
    client_options: Mapping[str, Any] = field(factory=dict, hash=False)


@define
class ServerState:
    """What is remembered about a server: whether it was `silent` in the last call, whose time or tries ran out."""

    silent: bool = False


@frozen
class VendorModel:
    """A `LanguageModel` at a vendor.

    After a call in which no try was answered, later calls have one try, until one is answered: an analysis against a
    server that never answers ends soon.
    """

    vendor: Vendor
    api: VendorApi
    model: str
    price: Price | None
    limits: CallLimits
    sdk: SdkClient
    dialect: Dialect
    state: ServerState
    keep: Callable[[], Awaitable[None]]
    """Keeps what the server was found to take."""

    @property
    def name(self) -> str:
        """See `LanguageModel`."""
        return f"{self.vendor.provider}:{self.model}"

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """See `LanguageModel`."""
        return self.max_cost_of(max_prompt_tokens(prompt))

    @property
    def chat(self) -> ChatModel:
        """The same model for requests of other programs."""
        return VendorChat(self)

    async def ask(self, prompt: Prompt) -> Reply:
        """See `LanguageModel`."""
        # An unpaired surrogate cannot be encoded.
        sent = evolve(
            prompt, rules=_encodable(prompt.rules), case=_encodable(prompt.case), task=_encodable(prompt.task)
        )

        def create(client: Any) -> tuple[Awaitable[Any], Callable[[bytes], bool]]:
            used = (self.dialect.answer_format, self.dialect.token_limit)
            call = self.api.create(client, self.model, sent, self.limits, self.dialect)
            return call, partial(self.dialect.step_down, used)

        reply, _ = await self.exchange(create)
        return Reply(reply.text, self.call_of(reply, max_prompt_tokens(sent)), reply.finish_reason)

    async def exchange(
        self, create: Callable[[Any], tuple[Awaitable[Any], Callable[[bytes], bool]]]
    ) -> tuple[VendorReply, bytes]:
        """The answer of the vendor to a request, and the body of the response, after steps down to what it takes.

        `create` makes the call with the client of the SDK, and says whether it may succeed in another form after a
        refusal with a body.

        Raises: Unavailable, Invalid about `model`; see `LanguageModel`.
        """
        # Importing the SDK takes time of neither the call nor those that wait for the first one.
        await self.sdk.load()
        try:
            async with asyncio.timeout(self.limits.total), self.dialect.first_call():
                body = await self._body(create)
        except TimeoutError as error:
            # On a busy machine the time of the call may end before that of its last try.
            self.state.silent = True
            raise timed_out(self.vendor) from error
        except Unanswered:
            self.state.silent = True
            raise
        self.state.silent = False
        if len(body) > self.limits.answer_bytes:
            raise too_long(self.vendor, self.model, self.limits.answer_bytes)
        try:
            reply = self.api.read(body)
        except ValidationError as error:
            refusal = unreadable(self.vendor, error, len(body))
        else:
            if self.dialect.changed:
                self.dialect.changed = False
                await self.keep()
            return reply, body
        # Outside of the except clause, so that the validation error, which quotes the answer, is not its context.
        raise refusal

    async def _body(self, create: Callable[[Any], tuple[Awaitable[Any], Callable[[bytes], bool]]]) -> bytes:
        package, client = await self.sdk.load()
        if self.state.silent:
            client = client.with_options(max_retries=0)
        while True:
            call, steps_down = create(client)
            body = await response_body(self.vendor, self.model, package, call, steps_down)
            if body is not None:
                return body

    def call_of(self, reply: VendorReply, max_input_tokens: int) -> Call:
        """What a reply used, and cost; the upper bound for one without a plausible count."""
        model = f"{self.vendor.provider}:{reply.model[:_MAX_NAME_LENGTH] or self.model}"
        if reply.count is None:
            return Call(model, max_input_tokens, 0, self.limits.max_tokens, self.max_cost_of(max_input_tokens))
        count = reply.count
        cost = None if self.price is None else self.price.cost(count)
        return Call(model, count.input, count.cached, count.output, cost)

    def max_cost_of(self, input_tokens: int) -> Decimal | None:
        """Upper bound in US dollars of a call with so many tokens of input; None where the price is not known."""
        return None if self.price is None else self.price.max_cost(input_tokens, self.limits.max_tokens)


@frozen
class VendorChat:
    """A `ChatModel` at a vendor. Messages hold text only, so that the size of a request bounds its tokens."""

    model: VendorModel

    @property
    def name(self) -> str:
        """See `ChatModel`."""
        return self.model.name

    @property
    def format(self) -> ChatFormat:
        """See `ChatModel`."""
        return self.model.api.chat_format

    def max_cost(self, request: ChatRequest) -> Decimal | None:
        """See `ChatModel`."""
        return self.model.max_cost_of(_max_request_tokens(request))

    async def ask(self, request: ChatRequest) -> Reply:
        """See `ChatModel`. Raises: Invalid about `request` for one that is not of the format."""
        prepared, limit = prepare_request(request, self.format)
        limit = min(limit or self.model.limits.max_tokens, self.model.limits.max_tokens)
        dialect = self.model.dialect

        def create(client: Any) -> tuple[Awaitable[Any], Callable[[bytes], bool]]:
            used = dialect.token_limit

            def steps_down(refusal: bytes) -> bool:
                # The request keeps its own format of answers, so only the token limit can be another one.
                other = next(each for each in AnswerFormat if each is not dialect.answer_format)
                dialect.step_down((other, used), refusal)
                return dialect.token_limit != used

            body = {**prepared, "model": self.model.model, used.value: limit}
            return self.model.api.forward(client, body), steps_down

        reply, body = await self.model.exchange(create)
        return Reply(
            body.decode(errors="replace"), self.model.call_of(reply, _max_request_tokens(request)), reply.finish_reason
        )


@asynccontextmanager
async def open_vendor(
    api: VendorApi,
    key: SecretStr | None,
    base_url: str | None = None,
    *,
    vendor: Vendor | None = None,
    prices: Mapping[str, Price] | None = None,
    limits: CallLimits | None = None,
    memory: DialectMemory | None = None,
) -> AsyncIterator[Callable[[str], LanguageModel]]:
    """A factory of models by name, at the vendor or at the server in `base_url`.

    `vendor` names a further server with the same API: its models begin with the provider of that name. `prices` take
    precedence over the vendor's list, which applies to the vendor's own server only. `memory` keeps what the server
    takes across restarts.

    Raises: Unavailable for an invalid key or address.
    """
    limits = limits or CallLimits()
    prefix = api.provider.upper()
    title = f"The server in {prefix}_BASE_URL" if base_url else api.title
    vendor = vendor or Vendor(api.provider, title, f"{prefix}_API_KEY", f"{prefix}_BASE_URL")
    address = _checked_address(vendor, base_url or api.address, api.address)
    own_server = httpx2.URL(address).host == httpx2.URL(api.address).host
    tables = (prices or {}, api.listed_prices) if own_server else (prices or {},)
    checked_key = _checked_key(vendor, key)
    async with open_http_client(limits) as http_client:
        sdk = SdkClient(
            api.provider,
            api.client_class,
            api.modules,
            checked_key,
            address,
            http_client,
            limits,
            api.client_options,
        )
        dialects: dict[str, Dialect] = {}
        state = ServerState()

        def make(model: str) -> LanguageModel:
            if model not in dialects:
                known = Dialect(api.formats, api.token_limits)
                dialects[model] = memory.recall(known, address, model) if memory else known
            dialect = dialects[model]

            async def keep() -> None:
                if memory:
                    await memory.keep(dialect, address, model)

            return VendorModel(vendor, api, model, price_of(model, *tables), limits, sdk, dialect, state, keep)

        yield make


def as_text(arguments: str | Mapping[str, Any]) -> str:
    """The arguments of a tool call as text, which some vendors send as an object."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def plausible_count(count: TokenCount) -> TokenCount | None:
    """The count of a vendor, or None for one that is impossible."""
    positive = min(count.input, count.cached, count.written, count.output) >= 0
    bounded = count.cached + count.written <= count.input <= _MAX_PLAUSIBLE_TOKENS >= count.output
    return count if positive and bounded else None


def max_prompt_tokens(prompt: Prompt) -> int:
    """Upper bound of the tokens of a prompt: a token stands for at least one byte of UTF-8."""
    schema = prompt.response_format.name + json.dumps(prompt.response_format.schema)
    return len("".join((prompt.rules, prompt.case, prompt.task, schema)).encode(errors="replace")) + _FRAME_TOKENS


def _max_request_tokens(request: ChatRequest) -> int:
    """Upper bound of the tokens of a request, which holds text only."""
    return len(request.body.encode(errors="replace")) + _FRAME_TOKENS


def _checked_key(vendor: Vendor, key: SecretStr | None) -> SecretStr:
    """The key to send. Without one it is `none`, for servers that need no key."""
    secret = "none" if key is None else key.get_secret_value().strip()
    if not secret or not (secret.isascii() and secret.isprintable()):
        raise Unavailable(f"{vendor.key} is not a valid key; copy it again.")
    return SecretStr(secret)


def _checked_address(vendor: Vendor, address: str, example: str) -> str:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        url = httpx2.URL()
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise Unavailable(f"{vendor.address} is not the address of a server; write one such as {example}.")
    return str(url)


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()
