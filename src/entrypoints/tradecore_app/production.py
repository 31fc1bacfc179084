"""What TRADECORE_ENV=production refuses: settings that are only safe for trying tradecore out."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from tradecore.model.errors import Invalid, Problem
from tradecore_app.settings import Settings

MIN_SECRET_BYTES = 32
# Of 32 random hexadecimal digits, fewer than 8 are different once in 20 million times.
_MIN_DISTINCT = 8
_PLACEHOLDERS = (
    "changeme", "change-me", "change_me", "example", "insecure", "password", "placeholder", "replace", "secret",
    "test", "tradecore", "0123456789", "123456789", "abcdefgh", "qwerty",
)  # fmt: skip
_GENERATE = "use the output of `openssl rand -hex 32`"


def require_production_secrets(settings: Settings) -> None:
    """Raises Invalid that names each secret that is missing, short or a placeholder; nothing outside of production."""
    if settings.http.production:
        _raise_if_any(list(_secrets(settings)))


def require_production_server(settings: Settings, *, demo: bool, tls: bool) -> None:
    """Raises Invalid that names everything about a server that is not fit for production; nothing outside of it.

    `demo` says whether a demo account is wanted, `tls` whether the server has a certificate of its own.
    """
    if settings.http.production:
        _raise_if_any([*_secrets(settings), *_server(settings, demo=demo, tls=tls)])


def _raise_if_any(problems: list[Problem]) -> None:
    if problems:
        reasons = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise Invalid(f"TRADECORE_ENV=production refuses to start. {reasons}.", problems)


def _secrets(settings: Settings) -> Iterator[Problem]:
    accounts = settings.accounts
    if accounts.secret is None:
        yield Problem("TRADECORE_SECRET", f"set it, since a generated secret is lost with its folder; {_GENERATE}")
    else:
        for secret in accounts.secret.get_secret_value().split(","):
            if weakness := _weakness(secret.strip()):
                yield Problem("TRADECORE_SECRET", f"it {weakness}; {_GENERATE}")
    if accounts.api_key is not None and (weakness := _weakness(accounts.api_key.get_secret_value())):
        yield Problem("API_KEY", f"it {weakness}; {_GENERATE}, or leave it unset and use `tradecore keys add`")
    for name, url in (
        ("TRADECORE_QUEUE", settings.jobs.queue),
        ("TRADECORE_STREAM", settings.jobs.stream),
        ("TRADECORE_LIMITS", settings.http.limits),
    ):
        query = parse_qs(urlsplit(url).query)
        unverified = query.get("ssl_cert_reqs", ["required"]) != ["required"]
        if unverified or query.get("ssl_check_hostname", ["true"])[0].lower() in ("false", "0", "no"):
            yield Problem(name, "remove ssl_cert_reqs and ssl_check_hostname, so that certificates are verified")


def _server(settings: Settings, *, demo: bool, tls: bool) -> Iterator[Problem]:
    http = settings.http
    if demo:
        yield Problem("--demo", "leave it out, and create accounts with `tradecore users add`")
    if not tls and not http.trusted_proxies:
        yield Problem(
            "TRADECORE_TRUSTED_PROXIES",
            "name the proxies that terminate TLS, or give the server a certificate with --tls-cert and --tls-key",
        )
    if any(network.endswith("/0") for network in http.trusted_proxies):
        yield Problem("TRADECORE_TRUSTED_PROXIES", "name your own proxies; a network of all addresses trusts everybody")
    if not http.hosts:
        yield Problem("TRADECORE_HOSTS", "list the host names of this server; an empty list accepts any")
    for origin in http.allowed_origins:
        if not origin.startswith("https://"):
            yield Problem("TRADECORE_CORS_ORIGINS", f"list origins such as https://app.example.com, not {origin!r}")


def _weakness(secret: str) -> str | None:
    """What is wrong with a secret, as the end of a sentence; None for one that may be random."""
    if len(secret.encode()) < MIN_SECRET_BYTES:
        return f"has fewer than {MIN_SECRET_BYTES} bytes"
    if len(set(secret)) < _MIN_DISTINCT:
        return "repeats a few characters"
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return "holds a word or a sequence that is easy to guess"
    return None
