"""The dialect of a server: which parts of the vendor's API it takes, found out by asking and remembered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from attrs import define, field

from tradecore.model.errors import Invalid, Refusal, Unavailable

# How long calls wait for the first one, in seconds. Refusals come sooner; answers may take longer.
_FIRST_CALL_WAIT = 3.0


class AnswerFormat(StrEnum):
    """How the form of an answer is requested, from the strictest. It always stands in the prompt as well."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    NONE = "none"


class TokenLimit(StrEnum):
    """The name of the parameter that limits the tokens of an answer, from the newest."""

    COMPLETION = "max_completion_tokens"
    PLAIN = "max_tokens"


@define(eq=False)
class Dialect:
    """What one model of one server takes, shared by all calls to it.

    `formats` and `token_limits` are the rungs that are left; the first of each is used. It is `changed` from a step
    down until that is kept.
    """

    formats: tuple[AnswerFormat, ...]
    token_limits: tuple[TokenLimit, ...]
    changed: bool = field(default=False, init=False)
    _proven: bool = field(default=False, init=False)
    _first: "asyncio.Future[Refusal | None] | None" = field(default=None, init=False)

    @property
    def answer_format(self) -> AnswerFormat:
        """How the form of the answer is requested."""
        return self.formats[0]

    @property
    def token_limit(self) -> TokenLimit:
        """The parameter that limits the tokens of the answer."""
        return self.token_limits[0]

    def step_down(self, used: tuple[AnswerFormat, TokenLimit], body: bytes) -> bool:
        """Leave out what the server refuses by name in the body of an error; whether the call may succeed now.

        `used` is what the refused call used, since another call may have stepped down meanwhile.
        """
        text = body.decode(errors="replace").lower()
        answer_format, token_limit = used
        if token_limit in text and len(self.token_limits) > 1 and self.token_limit == token_limit:
            self.token_limits = self.token_limits[1:]
            self.changed = True
        elif (
            any(word in text for word in _FORMAT_WORDS)
            and len(self.formats) > 1
            and self.answer_format == answer_format
        ):
            self.formats = self.formats[1:]
            self.changed = True
        return (self.answer_format, self.token_limit) != used

    @asynccontextmanager
    async def first_call(self) -> AsyncIterator[None]:
        """Run a call; until one has succeeded, others wait a moment for the first to tell whether the server takes any.

        Raises the refusal of the first call to those that waited for it, where it stays until somebody acts: a wrong
        key then costs one call, however many are made at a time.
        """
        if self._proven:
            try:
                yield
            except Refusal as error:
                self._proven = not _is_permanent(error)
                raise
            return
        if self._first is not None:
            first = self._first
            done, _ = await asyncio.wait({first}, timeout=_FIRST_CALL_WAIT)
            refusal = first.result() if done else None
            if refusal is not None:
                raise _copied(refusal) from refusal.__cause__
            yield
            return
        first = self._first = asyncio.get_running_loop().create_future()
        refusal = None
        try:
            yield
            self._proven = True
        except Refusal as error:
            refusal = error if _is_permanent(error) else None
            raise
        finally:
            self._first = None
            first.set_result(refusal)


_FORMAT_WORDS = ("response_format", "json_schema", "output_config", "output_format", "structured output")


def _is_permanent(error: Refusal) -> bool:
    return isinstance(error, Invalid) or (isinstance(error, Unavailable) and not error.transient)


def _copied(error: Refusal) -> Refusal:
    """The same refusal for another caller: a shared exception would collect the tracebacks of all of them."""
    if isinstance(error, Invalid):
        return Invalid(str(error), error.problems)
    return Unavailable(str(error), transient=False)
