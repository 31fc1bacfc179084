"""The client for programs with an event loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import update_wrapper
from types import TracebackType
from typing import Any, Generic, Literal, ParamSpec, TypeVar, overload

import httpx2
from websockets.asyncio.client import ClientConnection, connect

from tradecore_adapters.client import calls, session
from tradecore_adapters.client.calls import Call
from tradecore_adapters.client.models import AnalysisEvent, AnalysisStep, UserEvent
from tradecore_adapters.client.session import Connect, Flow, Output, Receive, Request, Send, Session, Sleep

P = ParamSpec("P")
T = TypeVar("T")


class _Method(Generic[P, T]):
    """A method that performs a call, with the parameters and the docstring of the function that describes it."""

    def __init__(self, describe: Callable[P, Call[T]]) -> None:
        self._describe = describe
        update_wrapper(self, describe)  # type: ignore[arg-type]  # for help()

    def __get__(self, client: "AsyncClient", owner: type["AsyncClient"]) -> Callable[P, Coroutine[Any, Any, T]]:
        def method(*args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, T]:
            return client.perform(self._describe(*args, **kwargs))

        return method


class AsyncClient:
    """One user at one server, as an async context manager. Methods raise the refusals of `tradecore.model.errors`."""

    begin_provider_login = _Method(calls.begin_provider_login)
    account = _Method(calls.account)
    export_account = _Method(calls.export_account)
    change_password = _Method(calls.change_password)
    reset_password = _Method(calls.reset_password)
    create_token = _Method(calls.create_token)
    tokens = _Method(calls.tokens)
    delete_token = _Method(calls.delete_token)
    users = _Method(calls.users)
    create_user = _Method(calls.create_user)
    update_user = _Method(calls.update_user)
    remove_user = _Method(calls.remove_user)
    engines = _Method(calls.engines)
    language_models = _Method(calls.language_models)
    usage = _Method(calls.usage)
    symbols = _Method(calls.symbols)
    bars = _Method(calls.bars)
    launch_backtest = _Method(calls.launch_backtest)
    backtests = _Method(calls.backtests)
    backtest = _Method(calls.backtest)
    cancel_backtest = _Method(calls.cancel_backtest)
    launch_comparison = _Method(calls.launch_comparison)
    comparisons = _Method(calls.comparisons)
    comparison = _Method(calls.comparison)
    cancel_comparison = _Method(calls.cancel_comparison)
    launch = _Method(calls.launch)
    status = _Method(calls.status)
    results = _Method(calls.results)
    history = _Method(calls.history)
    analyses = _Method(calls.analyses)
    steps = _Method(calls.steps)
    cancel = _Method(calls.cancel)
    hide = _Method(calls.hide)
    calibration = _Method(calls.calibration)
    portfolio = _Method(calls.portfolio)
    portfolio_history = _Method(calls.portfolio_history)
    recommendation = _Method(calls.recommendation)
    recommendations = _Method(calls.recommendations)
    execute = _Method(calls.execute)
    reject = _Method(calls.reject)
    orders = _Method(calls.orders)
    cancel_order = _Method(calls.cancel_order)
    move_cash = _Method(calls.move_cash)
    import_positions = _Method(calls.import_positions)
    digests = _Method(calls.digests)
    digest = _Method(calls.digest)
    sources = _Method(calls.sources)
    add_source = _Method(calls.add_source)
    remove_source = _Method(calls.remove_source)
    interests = _Method(calls.interests)
    set_interests = _Method(calls.set_interests)
    alerts = _Method(calls.alerts)
    acknowledge_alert = _Method(calls.acknowledge_alert)
    create_price_alert = _Method(calls.create_price_alert)
    price_alerts = _Method(calls.price_alerts)
    delete_price_alert = _Method(calls.delete_price_alert)
    create_webhook = _Method(calls.create_webhook)
    webhooks = _Method(calls.webhooks)
    update_webhook = _Method(calls.update_webhook)
    delete_webhook = _Method(calls.delete_webhook)
    webhook_deliveries = _Method(calls.webhook_deliveries)
    retry_webhook_delivery = _Method(calls.retry_webhook_delivery)
    create_notice_channel = _Method(calls.create_notice_channel)
    notice_channels = _Method(calls.notice_channels)
    update_notice_channel = _Method(calls.update_notice_channel)
    delete_notice_channel = _Method(calls.delete_notice_channel)
    try_notice_channel = _Method(calls.try_notice_channel)
    notices = _Method(calls.notices)
    create_watchlist = _Method(calls.create_watchlist)
    watchlists = _Method(calls.watchlists)
    update_watchlist = _Method(calls.update_watchlist)
    delete_watchlist = _Method(calls.delete_watchlist)
    create_schedule = _Method(calls.create_schedule)
    schedules = _Method(calls.schedules)
    update_schedule = _Method(calls.update_schedule)
    delete_schedule = _Method(calls.delete_schedule)
    schedule_runs = _Method(calls.schedule_runs)
    launch_digest = _Method(calls.launch_digest)
    digest_status = _Method(calls.digest_status)
    digest_result = _Method(calls.digest_result)
    digest_items = _Method(calls.digest_items)

    def __init__(
        self,
        server: str,
        *,
        token: str = "",
        refresh_token: str = "",
        reconnect_timeout: float = session.RECONNECT_TIMEOUT,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`server` as `https://host:port`; `reconnect_timeout`: how long `follow` tries to reconnect, in seconds.

        `transport` sends requests in its own way, such as `httpx2.ASGITransport` to an application of this process.
        """
        self._session = Session(server, token, refresh_token, reconnect_timeout)
        self._http = httpx2.AsyncClient(
            base_url=self._session.server, timeout=session.REQUEST_TIMEOUT, transport=transport
        )

    @property
    def server(self) -> str:
        """The address of the server, without a slash at its end."""
        return self._session.server

    @property
    def token(self) -> str:
        """The access token in use; it changes when it is refreshed, and is empty before the login."""
        return self._session.token

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self._http.aclose()

    async def login(self, email: str, password: str) -> None:
        """Act for this user, as long as the login can be refreshed. Raises NotAuthenticated."""
        async for _ in self._run(self._session.login(email, password)):
            pass

    async def finish_provider_login(self, code: str, state: str, login: str) -> None:
        """Act for the user whom the identity provider returned, as long as the login can be refreshed.

        `login` is that of `begin_provider_login`. Raises NotAuthenticated, NotAllowed, IllegalMove.
        """
        async for _ in self._run(self._session.finish_provider_login(code, state, login)):
            pass

    async def logout(self) -> None:
        """End the login; the client acts for nobody afterwards. No effect without a login."""
        async for _ in self._run(self._session.logout()):
            pass

    async def perform(self, call: Call[T]) -> T:
        """The data of the response to a call of `calls`."""
        [data] = [data async for data in self._run(self._session.call(call))]
        return data

    @overload
    def follow(
        self, id: str, *, since: int = 0, steps: Literal[False] = False
    ) -> AsyncGenerator[AnalysisEvent, None]: ...

    @overload
    def follow(self, id: str, *, since: int = 0, steps: bool) -> AsyncGenerator[AnalysisEvent | AnalysisStep, None]: ...

    def follow(
        self, id: str, *, since: int = 0, steps: bool = False
    ) -> AsyncGenerator[AnalysisEvent | AnalysisStep, None]:
        """The events of an analysis after event `since`, in order, each once; ends with the analysis.

        With `steps`, what the agents write comes as AnalysisStep, and `since` counts these events too. Lost connections
        are opened again and missed events are replayed, even after a restart of the server.
        """
        return self._run(self._session.follow(id, since, steps=steps))

    def follow_user(self, *, since: int | None = None, steps: bool = False) -> AsyncGenerator[UserEvent, None]:
        """Everything that concerns the user after position `since`, or from now on, in order, each once; without end.

        0 replays all stored events. With `steps`, what the agents write comes as `analysis_step`. Lost connections are
        opened again and missed events are replayed.
        """
        return self._run(self._session.follow_user(since, steps=steps))

    async def _run(self, flow: Flow[T]) -> AsyncGenerator[T, None]:
        socket: ClientConnection | None = None
        reply: Any = None
        failure: Exception | None = None
        async with AsyncExitStack() as connections:
            while True:
                try:
                    step = flow.send(reply) if failure is None else flow.throw(failure)
                except StopIteration:
                    return
                reply = failure = None
                if isinstance(step, Output):
                    yield step.value
                    continue
                try:
                    match step:
                        case Request(method, path, body, query, headers):
                            reply = await self._http.request(method, path, json=body, params=query, headers=headers)
                        case Sleep(seconds):
                            await asyncio.sleep(seconds)
                        case Connect(url):
                            await connections.aclose()
                            socket = await connections.enter_async_context(connect(url, compression=None))
                        case Send(text) if socket:
                            await socket.send(text)
                        case Receive() if socket:
                            reply = await socket.recv()
                except session.STEP_ERRORS as error:
                    failure = error
