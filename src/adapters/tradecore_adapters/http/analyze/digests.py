"""Routes of news digests: ask for one, poll it, fetch it."""

import re
from typing import Any

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.digests import DigestId
from tradecore.model.errors import NotFound
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore_adapters.http.analyze import wire
from tradecore_adapters.http.analyze.details import promises
from tradecore_adapters.http.analyze.reading import AnalyzeRequest, Unreadable, read_request
from tradecore_adapters.http.answers import Answer, json_bytes
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.routes import API_KEY, IDEMPOTENCY_KEY, Parameter, Route

_ID = re.compile(r"analyze_job_[0-9a-f]{32}")
# How often a caller may reasonably poll, in seconds.
_POLL = b"5"
_MARKDOWN = b"text/markdown"
_NEVER = re.compile(rb"\bq=0(\.0*)?$")

EXAMPLE: Any = {"hours": 1, "user_id": "my_agent_01"}
JOB_ID = Parameter("job_id", "path", {"type": "string"}, "The id that the request was answered with", required=True)


@frozen
class Digests:
    """One digest at a time."""

    core: Tradecore
    body_limit: int

    async def create(self, asked: Asked) -> Answer:
        """Accept a digest."""
        caller = asked.caller
        try:
            body = await read_request(asked, self.body_limit)
        except Unreadable as unreadable:
            return Answer(422, unreadable.faults)
        brief = DigestBrief(user_id=UserId(body.user_id), hours=body.hours)
        ticket = await self.core.launch_digest(brief, by=caller, once=asked.once(f"{body.hours} {body.user_id}"))
        location = f"/analyze/{ticket.digest}".encode()
        headers = ((b"location", location), (b"retry-after", _POLL))
        return Answer(202, json_bytes(wire.created(ticket)), headers)

    async def status(self, asked: Asked) -> Answer:
        """Tell how it stands."""
        digest = await self.core.digest_status(_id(asked), by=asked.caller)
        headers = () if digest.ended else ((b"retry-after", _POLL),)
        return Answer(200, json_bytes(wire.status(digest)), headers)

    async def result(self, asked: Asked) -> Answer:
        """Hand it over; as Markdown to whom asks for that, once there is some."""
        digest, made = await self.core.digest_outcome(_id(asked), by=asked.caller)
        if made and _wants_markdown(asked):
            return Answer(200, made.markdown.encode(), media=_MARKDOWN + b"; charset=utf-8")
        return Answer(200, json_bytes(wire.result(digest, made)))

    async def items(self, asked: Asked) -> Answer:
        """Account for every item."""
        digest, made = await self.core.digest_outcome(_id(asked), by=asked.caller)
        return Answer(200, json_bytes(wire.items(digest, made)))

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        return (
            Route(
                "POST",
                "/analyze",
                "createAnalyzeJob",
                "Ask for a digest of the news",
                self.create,
                promises(
                    wire.AnalyzeJob,
                    400, 409, 413, 422,
                    status=202,
                    description="Accepted; poll its status.",
                    Location="Path of its status.",
                    Retry_After="Seconds between polls.",
                ),
                description="What is new to this user in the last hours, each thing told once, as a job.",
                tag="news",
                credential=API_KEY,
                body=AnalyzeRequest,
                example=EXAMPLE,
                parameters=(IDEMPOTENCY_KEY,),
            ),
            Route(
                "GET",
                "/analyze/{job_id}",
                "getAnalyzeJob",
                "How a digest stands",
                self.status,
                promises(wire.AnalyzeStatus, 404, description="How it stands; `status` is what counts."),
                tag="news",
                credential=API_KEY,
                parameters=(JOB_ID,),
            ),
            Route(
                "GET",
                "/analyze/{job_id}/result",
                "getAnalyzeResult",
                "The report",
                self.result,
                promises(wire.AnalyzeResult, 404, description="In every state; `report` is empty until completed."),
                description="`Accept: text/markdown` gets the bare report of a completed job.",
                tag="news",
                credential=API_KEY,
                parameters=(JOB_ID,),
            ),
            Route(
                "GET",
                "/analyze/{job_id}/items",
                "getAnalyzeItems",
                "What became of every item",
                self.items,
                promises(wire.AnalyzeItems, 404, description="Every item that was looked at, with the reason."),
                tag="news",
                credential=API_KEY,
                parameters=(JOB_ID,),
            ),
        )  # fmt: skip


def _id(asked: Asked) -> DigestId:
    text = asked.part("job_id")
    if not _ID.fullmatch(text):
        raise NotFound("job", text[:64])
    return DigestId(text)


def _wants_markdown(asked: Asked) -> bool:
    """Whether Markdown is named among what is accepted, and not ruled out."""
    for accepted in asked.headers.get(b"accept", b"").lower().split(b","):
        media, _, rest = accepted.replace(b" ", b"").partition(b";")
        if media == _MARKDOWN:
            return not _NEVER.search(rest)
    return False
