"""A session of one user at one server, as flows: generators that yield steps, which a client performs. No I/O.

The asynchronous and the synchronous client perform the same flows. A step that fails is thrown into its flow.
"""

import ssl
from collections.abc import Generator, Mapping
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx2
from attrs import frozen
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tradecore.model.errors import Invalid, NotAuthenticated, Unavailable
from tradecore_adapters import ambient
from tradecore_adapters.client import calls
from tradecore_adapters.client.calls import Call
from tradecore_adapters.client.event_follower import AnalysisFollower, EventFollower, UserFollower, websocket_url
from tradecore_adapters.client.models import AnalysisEvent, AnalysisStep, Tokens, UserEvent

T = TypeVar("T")

REQUEST_TIMEOUT = 30.0
RECONNECT_TIMEOUT = 60.0
# The delays before a request without a response is sent again, in seconds.
_RETRY_DELAYS = (0.2, 1.0)


@frozen
class Request:
    """Send an HTTP request; the flow resumes with the `httpx2.Response`."""

    method: str
    path: str
    body: Any
    query: Mapping[str, str | list[str]]
    headers: Mapping[str, str]


@frozen
class Sleep:
    """Wait."""

    seconds: float


@frozen
class Connect:
    """Open a WebSocket, which the next `Send` and `Receive` steps use."""

    url: str


@frozen
class Send:
    """Send a WebSocket message."""

    text: str


@frozen
class Receive:
    """Wait for a WebSocket message; the flow resumes with its text."""


@frozen
class Output(Generic[T]):
    """A result of the flow, for the caller of the client."""

    value: T


Step = Request | Sleep | Connect | Send | Receive
Flow = Generator[Step | Output[T], Any, None]

STEP_ERRORS = (httpx2.TransportError, OSError, WebSocketException)
"""The errors of steps that a client throws into the flow."""


class Session:
    """The tokens of one user at one server, and the flows of every call."""

    def __init__(self, server: str, token: str, refresh_token: str, reconnect_timeout: float) -> None:
        """`server` as `https://host:port`; `reconnect_timeout` in seconds. Raises Invalid for another `server`."""
        address = urlsplit(server)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise Invalid.one("server", f"'{server}' is not the address of a server; write it as https://host:port.")
        self.server = server.rstrip("/")
        self.token = token
        self.refresh_token = refresh_token
        self._reconnect_timeout = reconnect_timeout

    def login(self, email: str, password: str) -> Flow[None]:
        """Exchange a password for tokens, and use them from now on."""
        yield from self._use(calls.login(email, password))

    def finish_provider_login(self, code: str, state: str, login: str) -> Flow[None]:
        """Exchange what the identity provider returned for tokens, and use them from now on."""
        yield from self._use(calls.finish_provider_login(code, state, login))

    def logout(self) -> Flow[None]:
        """End the login at the server, and forget its tokens."""
        if self.refresh_token:
            yield from self._send(calls.logout(self.refresh_token))
        self.token = self.refresh_token = ""
        yield Output(None)

    def _use(self, call: Call[Tokens]) -> Flow[None]:
        tokens = yield from self._send(call)
        self.token, self.refresh_token = tokens.token, tokens.refresh_token or ""
        yield Output(None)

    def call(self, call: Call[T]) -> Flow[T]:
        """One output: the data of the response. An expired access token is refreshed once."""
        try:
            data = yield from self._send(call)
        except NotAuthenticated:
            if not (yield from self._refresh()):
                raise
            data = yield from self._send(call)
        yield Output(data)

    def follow(self, id: str, since: int, *, steps: bool) -> Flow[AnalysisEvent | AnalysisStep]:
        """One output for each event of the analysis after `since`."""
        return self._follow(AnalysisFollower(id, since, self._reconnect_timeout, steps=steps))

    def follow_user(self, since: int | None, *, steps: bool) -> Flow[UserEvent]:
        """One output for each event of the user after position `since`."""
        return self._follow(UserFollower(since, self._reconnect_timeout, steps=steps))

    def _follow(self, follower: EventFollower[T]) -> Flow[T]:
        """The events of a subscription, over as many connections as it takes.

        Raises Unavailable when no connection lasts within the reconnect timeout.
        """
        refreshed = False
        while True:
            code, reason = None, ""
            try:
                yield Connect(websocket_url(self.server))
                for text in follower.opening(self.token):
                    yield Send(text)
                while not follower.ended:
                    event = follower.receive((yield Receive()))
                    if event is not None:
                        refreshed = False
                        yield Output(event)
            except InvalidStatus as error:
                status = error.response.status_code
                if status != 503:
                    raise Unavailable(f"The server answered its WebSocket with {status}.") from error
            except ConnectionClosed as error:
                if error.rcvd is not None:
                    code, reason = error.rcvd.code, error.rcvd.reason
            except (OSError, WebSocketException):
                pass  # the reconnect timeout decides when to give up
            else:
                return
            try:
                delay = follower.reconnect_delay(monotonic(), code, reason)
            except NotAuthenticated:
                if refreshed or not (yield from self._refresh()):
                    raise
                refreshed, delay = True, 0.0
            yield Sleep(delay)

    def _refresh(self) -> Generator[Step, Any, bool]:
        """Get another access token; False without a refresh token."""
        if not self.refresh_token:
            return False
        tokens: Tokens = yield from self._send(calls.refresh(self.refresh_token))
        self.token, self.refresh_token = tokens.token, tokens.refresh_token or self.refresh_token
        return True

    def _send(self, call: Call[T]) -> Generator[Step, Any, T]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if call.idempotent:
            headers["Idempotency-Key"] = ambient.new_id()
        request = Request(call.method, call.path, call.body, call.query, headers)
        delays = iter(_RETRY_DELAYS)
        while True:
            try:
                response = yield request
            except httpx2.TransportError as error:
                delay = next(delays, None)
                if delay is None:
                    raise _unreachable(self.server, error) from error
                yield Sleep(delay)
            else:
                return calls.read(call, response.status_code, response.headers, response.content)


def _unreachable(server: str, error: BaseException) -> Unavailable:
    """No connection to a server, with what TLS says about it: its certificate, or that it speaks no TLS."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return Unavailable(f"{server} cannot be reached.")
    why = getattr(cause, "verify_message", "") or (cause.reason or str(cause)).replace("_", " ").lower()
    return Unavailable(f"{server} cannot be reached over TLS: {why}.")
