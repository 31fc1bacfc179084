"""The requests of the client, and the interpretation of their responses. No I/O."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec
from attrs import frozen

from tradecore.model import errors
from tradecore.model.errors import Busy, Invalid, NeedsConfirmation, NotFound, Problem, Refusal, Unavailable
from tradecore_adapters.client import models

T = TypeVar("T")

ANALYSTS = ("technical", "sentiment", "news", "fundamentals")

# The refusal of each error code. A code that is not listed comes from a newer server, and is read as Unavailable.
_REFUSALS: Mapping[str, type[Refusal]] = {
    "invalid_input": errors.Invalid,
    "not_signed_in": errors.NotAuthenticated,
    "not_allowed": errors.NotAllowed,
    "not_ready": errors.NotReady,
    "illegal_move": errors.IllegalMove,
    "confirmation_needed": errors.NeedsConfirmation,
    "idempotency_key_reused": errors.KeyReused,
    "request_in_progress": errors.StillRunning,
    "over_budget": errors.OverBudget,
    "queue_full": errors.QueueFull,
    "too_many_requests": errors.RateLimited,
    "spending_limit_reached": errors.Overspent,
    "changed_meanwhile": errors.Stale,
    "unavailable": errors.Unavailable,
}

# The error codes of the status codes of the news API, which sends none.
_NEWS_CODES: Mapping[int, str] = {
    400: "invalid_input",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    409: "request_in_progress",
    422: "invalid_input",
    429: "too_many_requests",
    503: "unavailable",
}

# The names that the core, and the parameters here, have for the documented fields.
_FIELD_NAMES: Mapping[str, str] = {
    "assetType": "asset_type",
    "config.researchDepth": "depth",
    "config.llmModel": "model",
    "config.llmProvider": "provider",
    "config.engine": "engine",
    "Idempotency-Key": "idempotency_key",
    "excludedWords": "excluded_words",
    "expiresInDays": "expires_in_days",
    "maxStories": "max_stories",
    "minScore": "min_score",
    "sourceWeights": "source_weights",
}


@frozen
class Call(Generic[T]):
    """One request to the API.

    - `response_type`: the type of the `data` in the response.
    - `resource_id`: what a 404 response is about, and `resource` what that is.
    - `enveloped`: whether responses have an envelope; those of the news API do not.
    - `idempotent`: whether the request carries an idempotency key, so that a retry has no second effect.
    """

    response_type: type[T]
    method: str
    path: str
    body: Any = None
    query: Mapping[str, str | list[str]] = {}
    resource_id: str = ""
    idempotent: bool = False
    resource: str = "analysis"
    enveloped: bool = True


def login(email: str, password: str) -> Call[models.Tokens]:
    """Exchange a password for tokens."""
    return Call(models.Tokens, "POST", "/api/auth/login", {"email": email, "password": password})


def begin_provider_login(redirect_uri: str) -> Call[models.BegunLogin]:
    """Begin a sign-in with the identity provider, which returns to `redirect_uri`. Raises IllegalMove without one."""
    return Call(models.BegunLogin, "POST", "/api/auth/oidc/begin", {"redirectUri": redirect_uri})


def finish_provider_login(code: str, state: str, login: str) -> Call[models.Tokens]:
    """Exchange what the identity provider returned, and the `login` of the beginning, for tokens."""
    return Call(models.Tokens, "POST", "/api/auth/oidc/finish", {"code": code, "state": state, "login": login})


def refresh(token: str) -> Call[models.Tokens]:
    """Exchange a refresh token for another access token."""
    return Call(models.Tokens, "POST", "/api/auth/refresh", {"refreshToken": token})


def logout(refresh_token: str) -> Call[models.LoggedOut]:
    """End the session that a refresh token belongs to; no effect without one."""
    return Call(models.LoggedOut, "POST", "/api/auth/logout", {"refreshToken": refresh_token})


def account() -> Call[models.Account]:
    """The account of the caller, and the scopes of the token in use."""
    return Call(models.Account, "GET", "/api/auth/me")


def export_account() -> Call[bytes]:
    """Everything of the account, as lines of JSON in UTF-8; the last line is of the kind `manifest`."""
    return Call(bytes, "GET", "/api/auth/me/export")


def change_password(current: str, new: str) -> Call[models.ChangedPassword]:
    """Change the password; all other sessions end. Raises Invalid for a wrong current or an unusable new one."""
    return Call(models.ChangedPassword, "POST", "/api/auth/password", {"current": current, "new": new})


def reset_password(token: str, new: str) -> Call[models.ChangedPassword]:
    """Set another password with the token of a reset; all sessions end. Raises Invalid for an unusable password."""
    return Call(models.ChangedPassword, "POST", "/api/auth/reset", {"token": token, "new": new})


def create_token(name: str, scopes: Sequence[str], *, expires_in_days: int | None = None) -> Call[models.CreatedToken]:
    """Create a personal token with some of `read`, `launch`, `trade` and `admin`; its text is in `token`, this once.

    Without `expires_in_days` it does not expire. Raises NotAllowed for scopes that the caller does not have.
    """
    body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    if expires_in_days is not None:
        body["expiresInDays"] = expires_in_days
    return Call(models.CreatedToken, "POST", "/api/tokens", body)


def tokens(*, limit: int = 50, page: int = 1) -> Call[models.PersonalTokens]:
    """A page of the caller's personal tokens, newest first; `limit` is the size of a page."""
    return Call(models.PersonalTokens, "GET", "/api/tokens", query={"limit": str(limit), "page": str(page)})


def delete_token(id: str) -> Call[None]:
    """Delete a personal token of the caller. Raises NotFound."""
    return Call(type(None), "DELETE", f"/api/tokens/{id}", resource_id=id, resource="personal token")


def users(*, limit: int = 50, page: int = 1) -> Call[models.Users]:
    """A page of all accounts by e-mail address, for administrators; `limit` is the size of a page."""
    return Call(models.Users, "GET", "/api/users", query={"limit": str(limit), "page": str(page)})


def create_user(
    email: str, password: str, *, name: str | None = None, scopes: Sequence[str] | None = None
) -> Call[models.ManagedUser]:
    """Create an account, for administrators. Raises IllegalMove where another account has the address."""
    body = {"email": email, "password": password, "name": name, "scopes": list(scopes) if scopes else None}
    return Call(models.ManagedUser, "POST", "/api/users", {key: value for key, value in body.items() if value})


def update_user(
    id: str,
    *,
    name: str | None = None,
    scopes: Sequence[str] | None = None,
    disabled: bool | None = None,
    password: str | None = None,
) -> Call[models.ManagedUser]:
    """Change an account, for administrators; what is None stays as it is. Raises NotFound, Invalid, IllegalMove."""
    changes = {"name": name, "scopes": None if scopes is None else list(scopes), "disabled": disabled}
    body = {key: value for key, value in {**changes, "password": password}.items() if value is not None}
    return Call(models.ManagedUser, "PATCH", f"/api/users/{id}", body, resource_id=id, resource="user")


def remove_user(id: str) -> Call[None]:
    """Remove an account, for administrators. Raises NotFound, IllegalMove for the caller's own."""
    return Call(type(None), "DELETE", f"/api/users/{id}", resource_id=id, resource="user")


def launch(
    symbol: str,
    day: date,
    *,
    asset_type: str = "equity",
    analysts: Sequence[str] = ANALYSTS,
    depth: int = 1,
    model: str = "rules",
    provider: str = "",
    engine: str = "",
) -> Call[models.Ticket]:
    """Queue an analysis as of a day, once even if the request has to be sent again; `depth` is 1 to 5 debate rounds.

    `engine` is one of `engines`; without one, the server chooses.
    """
    config: dict[str, Any] = {"researchDepth": depth, "llmModel": model}
    if provider:
        config["llmProvider"] = provider
    if engine:
        config["engine"] = engine
    body = {
        "symbol": symbol,
        "assetType": asset_type,
        "date": day.isoformat(),
        "analysts": list(analysts),
        "config": config,
    }
    return Call(models.Ticket, "POST", "/api/analyze", body, idempotent=True)


def engines() -> Call[models.Engines]:
    """The engines that a launch can name."""
    return Call(models.Engines, "GET", "/api/engines")


def language_models() -> Call[models.Models]:
    """The language models that a launch can name, the default first."""
    return Call(models.Models, "GET", "/api/models")


def usage(days: int = 30) -> Call[models.Usage]:
    """What language models took for the caller in the last days (UTC), by model and agent."""
    return Call(models.Usage, "GET", "/api/usage", query={"days": str(days)})


def symbols(query: str, limit: int = 8) -> Call[models.Symbols]:
    """The symbols that a text stands for, the nearest first."""
    return Call(models.Symbols, "GET", "/api/market/symbols", query={"query": query, "limit": str(limit)})


def bars(
    symbol: str, *, asset_type: str | None = None, until: date | None = None, count: int = 250
) -> Call[models.Bars]:
    """Daily bars of a symbol as they were known at the end of the day `until`, by default today.

    `asset_type` is equity or crypto, by default crypto for pairs such as BTC-USD. Raises Invalid for a symbol that the
    server does not have.
    """
    query = {"count": str(count)}
    if asset_type is not None:
        query["assetType"] = asset_type
    if until is not None:
        query["until"] = until.isoformat()
    return Call(models.Bars, "GET", f"/api/market/{quote(symbol, safe='')}/bars", query=query)


def launch_backtest(
    symbols: Sequence[str],
    first: date,
    last: date,
    *,
    every: str = "week",
    engine: str = "rules",
    mode: str = "live",
    analysts: Sequence[str] = ANALYSTS,
    depth: int = 1,
) -> Call[models.BacktestTicket]:
    """Queue a backtest of symbols from `first` to `last`; an equal one continues where it stopped.

    `every` is day, week or month; `mode` is live, or recorded where the server replays recorded answers.
    """
    body = {
        "symbols": list(symbols),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "every": every,
        "engine": engine,
        "mode": mode,
        "analysts": list(analysts),
        "researchDepth": depth,
    }
    return Call(models.BacktestTicket, "POST", "/api/backtests", body, idempotent=True, resource="backtest")


def backtests(*, limit: int = 50, page: int = 1) -> Call[models.Backtests]:
    """A page of backtests without reports, newest first; `limit` is the size of a page."""
    return Call(models.Backtests, "GET", "/api/backtests", query={"limit": str(limit), "page": str(page)})


def backtest(id: str) -> Call[models.Backtest]:
    """A backtest, with its report once it is completed. Raises NotFound."""
    return Call(models.Backtest, "GET", f"/api/backtests/{id}", resource_id=id, resource="backtest")


def status(id: str) -> Call[models.Status]:
    """The progress of an analysis. Raises NotFound."""
    return Call(models.Status, "GET", f"/api/analyze/{id}/status", resource_id=id)


def results(id: str) -> Call[models.Results]:
    """The results of a completed analysis. Raises NotReady before it is completed, and if it failed."""
    return Call(models.Results, "GET", f"/api/analyze/{id}/results", resource_id=id)


def alerts(*, limit: int = 50, page: int = 1) -> Call[models.Alerts]:
    """A page of alerts, newest first; `limit` is the size of a page."""
    return Call(models.Alerts, "GET", "/api/alerts", query={"limit": str(limit), "page": str(page)})


def acknowledge_alert(id: str) -> Call[models.Alert]:
    """Record that an alert was seen; the first time counts. Raises NotFound."""
    return Call(models.Alert, "POST", f"/api/alerts/{id}/ack", resource_id=id)


def digests(*, limit: int = 50, page: int = 1) -> Call[models.Digests]:
    """A page of the caller's news digests in every state, newest first; `limit` is the size of a page."""
    return Call(models.Digests, "GET", "/api/digests", query={"limit": str(limit), "page": str(page)})


def digest(id: str) -> Call[models.Digest]:
    """A news digest with its report, which is there once it is completed. Raises NotFound."""
    return Call(models.Digest, "GET", f"/api/digests/{quote(id, safe='')}", resource_id=id, resource="digest")


def sources(*, limit: int = 50, page: int = 1) -> Call[models.Sources]:
    """A page of the news sources with their health, by name; `limit` is the size of a page."""
    return Call(models.Sources, "GET", "/api/sources", query={"limit": str(limit), "page": str(page)})


def add_source(
    url: str, *, name: str | None = None, mapping: Mapping[str, str] | None = None
) -> Call[models.AddedSource]:
    """Read a news source from now on, for administrators: a feed, or a page that names one.

    `mapping` says where JSON of its own kind has its `entries`, and an entry its `title`, `summary`, `url`, `guid` and
    `publishedAt`. Raises Invalid where nothing can be read, IllegalMove for what is read already.
    """
    body = {"url": url, "name": name, "mapping": None if mapping is None else dict(mapping)}
    return Call(models.AddedSource, "POST", "/api/sources", {key: value for key, value in body.items() if value})


def remove_source(id: str) -> Call[None]:
    """Stop reading a news source, for administrators. Raises NotFound, IllegalMove for one of the installation."""
    return Call(type(None), "DELETE", f"/api/sources/{quote(id, safe='')}", resource_id=id, resource="source")


def interests() -> Call[models.Interests]:
    """The interests of the account: which stories its digests hold."""
    return Call(models.Interests, "GET", "/api/settings/interests")


def set_interests(interests: models.Interests) -> Call[models.Interests]:
    """Replace the interests of the account. Raises Invalid for a category, language or number that is not offered."""
    return Call(models.Interests, "PUT", "/api/settings/interests", msgspec.to_builtins(interests))


def history(
    *,
    symbol: str | None = None,
    asset_type: str | None = None,
    days: int = 30,
    limit: int = 50,
    page: int = 1,
    sort_by: str = "date",
    sort_order: str = "desc",
) -> Call[models.History]:
    """A page of past decisions, with metrics over all of them; `limit` is the size of a page."""
    query = {
        "days": str(days),
        "limit": str(limit),
        "page": str(page),
        "sortBy": sort_by,
        "sortOrder": sort_order,
        **({"symbol": symbol} if symbol else {}),
        **({"assetType": asset_type} if asset_type else {}),
    }
    return Call(models.History, "GET", "/api/history", query=query)


def analyses(
    *,
    status: Sequence[str] = (),
    symbol: str | None = None,
    asset_type: str | None = None,
    engine: str | None = None,
    limit: int = 50,
    page: int = 1,
) -> Call[models.Analyses]:
    """A page of analyses in every state, or in those of `status`, newest first; `limit` is the size of a page."""
    query: dict[str, Any] = {"limit": str(limit), "page": str(page)}
    filters = {"status": list(status), "symbol": symbol, "assetType": asset_type, "engine": engine}
    query |= {name: value for name, value in filters.items() if value}
    return Call(models.Analyses, "GET", "/api/analyses", query=query)


def steps(id: str) -> Call[models.Steps]:
    """What the agents of an analysis have said so far. Raises NotFound."""
    return Call(models.Steps, "GET", f"/api/analyze/{id}/steps", resource_id=id)


def cancel(id: str) -> Call[models.Status]:
    """Cancel an analysis; its status afterwards. Raises NotFound, and IllegalMove once it has ended."""
    return Call(models.Status, "DELETE", f"/api/analyze/{id}", resource_id=id)


def hide(id: str) -> Call[None]:
    """Leave an analysis out of lists. Raises NotFound, and IllegalMove before it has ended."""
    return Call(type(None), "DELETE", f"/api/analyses/{id}", resource_id=id)


def calibration() -> Call[models.Calibration]:
    """Scored decisions held against their confidence."""
    return Call(models.Calibration, "GET", "/api/history/calibration")


def portfolio() -> Call[models.Portfolio]:
    """Cash, positions and performance at the newest prices."""
    return Call(models.Portfolio, "GET", "/api/portfolio")


def recommendations(
    status: str = "pending", *, limit: int = 200, page: int = 1
) -> Call[tuple[models.Recommendation, ...]]:
    """A page of recommendations that are `pending`, `executed`, `rejected` or `expired`, newest first."""
    query = {"status": status, "limit": str(limit), "page": str(page)}
    return Call(tuple[models.Recommendation, ...], "GET", "/api/portfolio/recommendations", query=query)


def recommendation(id: str) -> Call[models.Recommendation]:
    """A recommendation in any state, by its id, which is that of its analysis. Raises NotFound."""
    path = f"/api/portfolio/recommendations/{id}"
    return Call(models.Recommendation, "GET", path, resource_id=id, resource="recommendation")


def execute(id: str, *, confirm: bool = False, exits: str | None = None) -> Call[models.Execution]:
    """Execute a recommendation, at most once however often it is sent.

    `exits` is `bracket`, which places the stop and the target with the order, or `watch`; by default the server
    decides. Raises NotFound; NeedsConfirmation for what looks like a repetition, unless `confirm` is set; IllegalMove
    where it cannot be executed; StillRunning and Unavailable while the outcome is not known.
    """
    body = {"confirm": confirm, **({} if exits is None else {"exits": exits})}
    path = f"/api/portfolio/recommendations/{id}/execute"
    return Call(models.Execution, "POST", path, body, resource_id=id, idempotent=True, resource="recommendation")


def reject(id: str) -> Call[models.Rejection]:
    """Reject a recommendation for good. Raises NotFound, and IllegalMove once it was executed or has expired."""
    path = f"/api/portfolio/recommendations/{id}/reject"
    return Call(models.Rejection, "POST", path, resource_id=id, resource="recommendation")


def orders(*, limit: int = 50, page: int = 1) -> Call[models.Orders]:
    """A page of orders, newest first; `limit` is the size of a page."""
    return Call(models.Orders, "GET", "/api/portfolio/orders", query={"limit": str(limit), "page": str(page)})


def cancel_order(id: str) -> Call[models.Order]:
    """Cancel an order that the broker has accepted; its state afterwards.

    Raises NotFound, IllegalMove once it has ended otherwise, StillRunning while it is being submitted.
    """
    return Call(models.Order, "DELETE", f"/api/portfolio/orders/{id}", resource_id=id, resource="order")


def portfolio_history(days: int = 30) -> Call[models.PortfolioHistory]:
    """The value of the portfolio over the last `days`, at most 366, oldest first."""
    return Call(models.PortfolioHistory, "GET", "/api/portfolio/history", query={"days": str(days)})


def move_cash(amount: float) -> Call[models.Cash]:
    """Deposit an amount, or withdraw it below 0; the cash afterwards. Raises IllegalMove for more than there is."""
    return Call(models.Cash, "POST", "/api/portfolio/cash", {"amount": amount}, idempotent=True)


def import_positions(positions: Sequence[Mapping[str, Any]]) -> Call[models.Imported]:
    """Import positions with `symbol`, `quantity`, `price` and, optionally, `assetType`; each list once."""
    return Call(models.Imported, "POST", "/api/portfolio/import", {"positions": list(positions)})


def launch_digest(
    hours: int,
    user_id: str,
    *,
    assets: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
    excluded_words: Sequence[str] | None = None,
    min_score: int | None = None,
    max_stories: int | None = None,
    source_weights: Mapping[str, int] | None = None,
    language: str | None = None,
) -> Call[models.DigestTicket]:
    """Queue a digest of the news of the last hours, once even if the request has to be sent again.

    `user_id` names the reader, whom each story is told once. The others choose stories, as in `set_interests`; None
    leaves a choice to the interests of the account. Raises Invalid for a window or a choice that is not offered.
    """
    chosen = {
        "assets": assets,
        "categories": categories,
        "excluded_words": excluded_words,
        "min_score": min_score,
        "max_stories": max_stories,
        "source_weights": source_weights,
        "language": language,
    }
    body = {"hours": hours, "user_id": user_id, **{name: value for name, value in chosen.items() if value is not None}}
    return Call(models.DigestTicket, "POST", "/analyze", body, idempotent=True, resource="digest", enveloped=False)


def digest_status(job_id: str) -> Call[models.DigestStatus]:
    """How a digest stands. Raises NotFound."""
    return _digest(models.DigestStatus, job_id, "")


def digest_result(job_id: str) -> Call[models.DigestReport]:
    """The report of a digest, empty before it is completed. Raises NotFound."""
    return _digest(models.DigestReport, job_id, "/result")


def digest_items(job_id: str) -> Call[models.DigestItems]:
    """The items behind a digest, none before it is completed. Raises NotFound."""
    return _digest(models.DigestItems, job_id, "/items")


def _digest(response_type: type[T], job_id: str, rest: str) -> Call[T]:
    path = f"/analyze/{job_id}{rest}"
    return Call(response_type, "GET", path, resource_id=job_id, resource="digest", enveloped=False)


def read(call: Call[T], status: int, headers: Mapping[str, str], body: bytes) -> T:
    """The data of a response. Raises the refusal of an error response, and Unavailable for one that is not ours."""
    try:
        if status == 204:
            return msgspec.convert(None, call.response_type)
        if 200 <= status < 300 and call.response_type is bytes:
            return cast(T, body)
        envelope = msgspec.json.decode(body)
        if 200 <= status < 300:
            data = envelope["data"] if call.enveloped else envelope
            return msgspec.convert(data, call.response_type, str_keys=True)
        error = envelope["error"] if call.enveloped else _news_error(status, envelope["detail"])
    except (msgspec.MsgspecError, KeyError, TypeError) as problem:
        raise Unavailable(f"The server answered {call.path} with {status} and an unexpected body.") from problem
    raise refusal(
        error.get("code", ""),
        error.get("message", ""),
        resource=call.resource,
        resource_id=call.resource_id,
        details=error.get("details", ()),
        retry_after=headers.get("retry-after", ""),
    )


def _news_error(status: int, detail: Any) -> Mapping[str, Any]:
    """The error of the news API in the form of the trading API: a sentence, or a list of what is wrong with fields."""
    code = _NEWS_CODES.get(status, "")
    if isinstance(detail, str):
        return {"code": code, "message": detail}
    problems = [{"field": str(problem["loc"][-1]), "message": problem["msg"]} for problem in detail]
    return {"code": code, "message": "The request is not valid.", "details": problems}


def refusal(
    code: str,
    message: str,
    *,
    resource: str = "analysis",
    resource_id: str = "",
    details: Any = (),
    retry_after: str = "",
) -> Refusal:
    """The refusal of an error code, with the field names of the core; `retry_after` in seconds."""
    if code == "not_found":
        return NotFound(resource, resource_id)
    kind = _REFUSALS.get(code, Unavailable)
    if issubclass(kind, Invalid):
        problems = [
            Problem(_FIELD_NAMES.get(detail["field"], detail["field"]), detail["message"]) for detail in details
        ]
        return kind(message, problems)
    if issubclass(kind, NeedsConfirmation) and isinstance(details, Mapping):
        return kind(message, str(details.get("symbol", "")), str(details.get("held", "0")))
    if issubclass(kind, Busy):
        return kind(message, int(retry_after) if retry_after.isdigit() else 5)
    return kind(message)
