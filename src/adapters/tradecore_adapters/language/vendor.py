"""What models at a vendor have in common: what a call can take, what it took, and when it has taken too long."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal

import httpx2
from attrs import evolve, frozen
from pydantic import SecretStr

from tradecore.model.errors import Unavailable
from tradecore.model.usage import Call
from tradecore.ports.language import Ending, Prompt, Reply
from tradecore_adapters.language.prices import Count, Price
from tradecore_adapters.language.refusals import Vendor, late
from tradecore_adapters.language.wire import Terms

# What vendors put around a prompt: roles, and what they say to the model about the shape of its answer.
_FRAME_TOKENS = 1_000
# A count beyond this is not believed.
_SANE = 1_000_000_000
# Of what a vendor calls the model that served, so much is kept.
_NAME = 200


@frozen
class Said:
    """What a vendor answered: the text, how it ended, which model served, and what was counted if it can be."""

    text: str
    ending: Ending
    model: str
    count: Count | None


@frozen
class VendorModel:
    """One model at a vendor."""

    vendor: Vendor
    model: str
    price: Price | None
    terms: Terms
    send: Callable[[str, Prompt], Awaitable[Said]]

    @property
    def name(self) -> str:
        """See the port."""
        return f"{self.vendor.provider}:{self.model}"

    def most(self, prompt: Prompt) -> Decimal | None:
        """See the port."""
        return None if self.price is None else self.price.most(tokens_at_most(prompt), self.terms.max_tokens)

    async def ask(self, prompt: Prompt) -> Reply:
        """See the port."""
        # Half of a pair of surrogates is no character, and cannot be sent.
        sent = evolve(prompt, rules=_sendable(prompt.rules), case=_sendable(prompt.case), task=_sendable(prompt.task))
        try:
            async with asyncio.timeout(self.terms.total):
                said = await self.send(self.model, sent)
        except TimeoutError as error:
            raise late(self.vendor) from error
        return Reply(said.text, self._call(said, sent), said.ending)

    def _call(self, said: Said, prompt: Prompt) -> Call:
        model = f"{self.vendor.provider}:{said.model[:_NAME] or self.model}"
        if said.count is None:
            return Call(model, tokens_at_most(prompt), 0, self.terms.max_tokens, self.most(prompt))
        count = said.count
        cost = None if self.price is None else self.price.cost(count)
        return Call(model, count.input, count.cached, count.output, cost)


def believed(count: Count) -> Count | None:
    """What a vendor counted, or None for what cannot be."""
    whole = min(count.input, count.cached, count.written, count.output) >= 0
    return count if whole and count.cached + count.written <= count.input <= _SANE >= count.output else None


def tokens_at_most(prompt: Prompt) -> int:
    """How many tokens a prompt can have: a token stands for at least one byte of UTF-8."""
    shape = prompt.shape.name + json.dumps(prompt.shape.schema)
    return len("".join((prompt.rules, prompt.case, prompt.task, shape)).encode(errors="replace")) + _FRAME_TOKENS


def key_of(vendor: Vendor, key: SecretStr | None) -> SecretStr:
    """A key as it is sent; a server that was named may want none. Raises Unavailable for one that cannot be sent."""
    plain = "none" if key is None else key.get_secret_value().strip()
    if not plain or not (plain.isascii() and plain.isprintable()):
        raise Unavailable(f"{vendor.key} is no key that can be sent; copy it again.")
    return SecretStr(plain)


def address_of(vendor: Vendor, given: str | None, own: str) -> str:
    """Where to ask. Raises Unavailable for what is no address of the web."""
    try:
        where = httpx2.URL(given or own)
    except httpx2.InvalidURL:
        where = httpx2.URL()
    if where.scheme not in ("http", "https") or not where.host or where.userinfo:
        raise Unavailable(f"{vendor.address} is no address of a server; write one such as {own}.")
    return str(where)


def tables_of(
    address: str, own: str, listed: Mapping[str, Price], prices: Mapping[str, Price]
) -> tuple[Mapping[str, Price], ...]:
    """Where to look for a price: own prices first; a vendor's list is of its own server."""
    return (prices, listed) if httpx2.URL(address).host == httpx2.URL(own).host else (prices,)


def _sendable(text: str) -> str:
    return text.encode(errors="replace").decode()
