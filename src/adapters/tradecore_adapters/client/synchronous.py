"""The client for programs without an event loop: the same methods, which wait."""

from collections.abc import Generator, Sequence
from datetime import date
from time import monotonic, sleep
from types import TracebackType
from typing import TypeVar

import httpx2
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect

from tradecore.model.errors import NotSignedIn, Unavailable
from tradecore_adapters import ambient
from tradecore_adapters.client import calls
from tradecore_adapters.client.calls import ANALYSTS, Call
from tradecore_adapters.client.following import Following, address
from tradecore_adapters.client.shapes import Happening, History, Results, Status, Ticket

T = TypeVar("T")


class Client:
    """One user at one server. Every method raises the refusals of `tradecore.model.errors`, as the core would."""

    def __init__(self, server: str, *, token: str = "", refresh_token: str = "", patience: float = 60.0) -> None:
        """`server` as https://host:port. `patience`: how long to go on following without a connection, in seconds."""
        self.server = server.rstrip("/")
        self.token = token
        self._refresh_token = refresh_token
        self._patience = patience
        self._http = httpx2.Client(base_url=self.server, timeout=calls.TIMEOUT)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Act for this user from now on, for as long as its sign-in can be refreshed. Raises NotSignedIn."""
        tokens = self._send(calls.sign_in(email, password))
        self.token, self._refresh_token = tokens.token, tokens.refresh_token or ""

    def launch(
        self,
        symbol: str,
        day: date,
        *,
        asset_type: str = "equity",
        analysts: Sequence[str] = ANALYSTS,
        depth: int = 1,
        model: str = "rules",
        provider: str = "",
    ) -> Ticket:
        """Queue an analysis as of a day, exactly one however the connection fares; `depth`: rounds of debate, 1..5."""
        return self.ask(
            calls.launch(
                symbol,
                day,
                asset_type=asset_type,
                analysts=analysts,
                depth=depth,
                model=model,
                provider=provider,
                key=ambient.new_id(),
            )
        )

    def status(self, id: str) -> Status:
        """How far an analysis is."""
        return self.ask(calls.status(id))

    def results(self, id: str) -> Results:
        """A completed analysis. Raises NotReady until then, and if it failed."""
        return self.ask(calls.results(id))

    def history(
        self,
        *,
        symbol: str | None = None,
        asset_type: str | None = None,
        days: int = 30,
        limit: int = 50,
        page: int = 1,
        sort_by: str = "date",
        sort_order: str = "desc",
    ) -> History:
        """A page of past decisions, and what all of them amount to."""
        return self.ask(calls.history(symbol, asset_type, days, limit, page, sort_by, sort_order))

    def follow(self, id: str, *, since: int = 0) -> Generator[Happening, None, None]:
        """Everything that happens to an analysis after event `since`, in order, each once; ends with the analysis.

        Lost connections are made again, and what was missed is replayed, also by a server that was restarted.
        """
        following = Following(id, since, self._patience)
        refreshed = False
        while True:
            code, reason = None, ""
            try:
                with connect(address(self.server), compression=None) as socket:
                    for text in following.opening(self.token):
                        socket.send(text)
                    try:
                        while True:
                            event = following.hear(socket.recv())
                            if event is not None:
                                refreshed = False
                                yield event
                            if following.over:
                                return
                    finally:
                        code, reason = socket.close_code, socket.close_reason or ""
            except InvalidStatus as error:
                if error.response.status_code != 503:
                    status = error.response.status_code
                    raise Unavailable(f"The server answered its WebSocket with {status}.") from error
            except (OSError, WebSocketException):
                pass  # `lost` decides
            try:
                pause = following.lost(monotonic(), code, reason)
            except NotSignedIn:
                if refreshed or not self._refreshed():
                    raise
                refreshed, pause = True, 0.0
            sleep(pause)

    def ask(self, call: Call[T]) -> T:
        """Make any call of `calls`, with a fresh access token where the old one has expired."""
        try:
            return self._send(call)
        except NotSignedIn:
            if not self._refreshed():
                raise
            return self._send(call)

    def _refreshed(self) -> bool:
        """Whether there is another access token now."""
        if not self._refresh_token:
            return False
        tokens = self._send(calls.refresh(self._refresh_token))
        self.token, self._refresh_token = tokens.token, tokens.refresh_token or self._refresh_token
        return True

    def _send(self, call: Call[T]) -> T:
        headers = {**call.headers, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        pauses = iter(calls.RETRIES)
        while True:
            try:
                answer = self._http.request(
                    call.method, call.path, json=call.body, params=dict(call.query), headers=headers
                )
                return calls.read(call, answer.status_code, answer.headers, answer.content)
            except httpx2.TransportError as error:
                pause = next(pauses, None)
                if pause is None:
                    raise Unavailable(f"{self.server} cannot be reached.") from error
            sleep(pause)
