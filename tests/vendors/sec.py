"""A local server in the place of the SEC: the documents of the repository, and the answers it refuses with."""

import json
import re
from pathlib import Path

from vendors.server import Reply, Request, VendorServer

FOLDER = Path(__file__).parents[1] / "data/sec"
_CALLER = re.compile(r"\S+ .*\S+@\S+\.\S+|\S+@\S+\.\S+ \S+")
_NOT_FOUND = Reply(404, b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "application/xml")
UNDECLARED = Reply(
    403,
    b"<html><title>SEC.gov | Your Request Originates from an Undeclared Automated Tool</title></html>",
    "text/html",
)
BLOCKED = Reply(403, b"<html><title>SEC.gov | Request Rate Threshold Exceeded</title></html>", "text/html")


def answer(request: Request) -> Reply:
    """The document of a path; callers without a name and an address are refused."""
    if not _CALLER.fullmatch(request.headers.get("user-agent", "")):
        return UNDECLARED
    if request.path == "/www.sec.gov/files/company_tickers.json":
        return Reply(body=(FOLDER / "company_tickers.json").read_bytes())
    match = re.fullmatch(r"/data\.sec\.gov/(?:api/xbrl/)?(submissions|companyfacts)/(CIK\d{10}\.json)", request.path)
    path = FOLDER / match[1] / match[2] if match else None
    return Reply(body=path.read_bytes()) if path and path.is_file() else _NOT_FOUND


def sec_server() -> VendorServer:
    """A server that is not listening yet."""
    return VendorServer(answer)


def with_facts(document: dict[str, object]) -> VendorServer:
    """A server whose company facts are `document`."""

    def respond(request: Request) -> Reply:
        return Reply(body=json.dumps(document).encode()) if "companyfacts" in request.path else answer(request)

    return VendorServer(respond)
