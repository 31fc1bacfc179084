"""What a server says when it has started: what it works with, how to try it, and how to go on."""

import json

from attrs import frozen

from tradecore_app.assembly import Assembled
from tradecore_app.model_router import describe_engines
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings.market import MarketSettings, market_rows

_SAMPLE = "sample:"
_SAMPLE_DATA = "the shipped sample: real daily prices to 2013, generated and labelled so after; a few sample news"
_GO_LIVE = 'TRADECORE_MARKET=live: TRADECORE_FUNDAMENTALS=sec: TRADECORE_CONTACT="Name name@example.com" make live'


def source_label(settings: MarketSettings) -> str:
    """Where prices and company figures come from, by the names of their sources, without addresses and folders."""
    rows = dict.fromkeys(row.partition(":")[0] for row in market_rows(settings.source).values())
    prices = _SAMPLE_DATA if settings.source == _SAMPLE else f"daily prices of {' and '.join(rows)}"
    figures = settings.fundamentals.partition(":")[0]
    return prices if figures == "none" else f"{prices}; company figures of {figures}"


def go_live_command(settings: MarketSettings) -> str:
    """The command that starts a server with live data; empty where the data is the caller's own choice already."""
    return _GO_LIVE if settings.source == _SAMPLE else ""


@frozen
class FirstScreen:
    """What a server with these adapters works with.

    The demo account is there with `--demo` only, the sandbox where the server itself runs the jobs as well;
    `unused_keys` are the settings of keys that were found and are not used.
    """

    assembled: Assembled
    demo_account: tuple[str, str] | None
    sandbox: Sandbox | None = None
    unused_keys: tuple[str, ...] = ()

    def text(self, root: str, version: str) -> str:
        """The lines for a terminal; `root` is the address of the server."""
        settings, router = self.assembled.settings, self.assembled.router
        lines = [
            f"tradecore {version} listens on {root}  (documentation: {root}/docs)",
            f"Console: open {root} in a browser.",
            f"Data: {source_label(settings.market)}.",
            f"Engine: {describe_engines(self.assembled.engines, router, settings.models)}.",
        ]
        if command := go_live_command(settings.market):
            lines.append(f"Live data: {command}")
        if self.unused_keys:
            names = " and ".join(self.unused_keys)
            lines.append(
                f"Language models: {names} found, and not used in a demo; TRADECORE_MODEL=PROVIDER:MODEL, such as "
                "openai:gpt-5.4-mini, lets the desk think with it."
            )
        if self.sandbox:
            lines.append(self.sandbox.description)
        if self.demo_account:
            email, password = self.demo_account
            lines += [
                f"Demo account: {email}  password: {password}",
                f"Try it:\n{_example_command(root, email, password, paid=bool(router.providers))}",
            ]
        return "\n".join(lines)


def _example_command(root: str, email: str, password: str, *, paid: bool) -> str:
    """A shell command that logs in, launches the documented example, shows its events and reads its result.

    With `paid` models, the example uses the rules engine, so that trying it costs nothing.
    """
    provider, model = ("rules", "rules") if paid else ("openai", "gpt-4o-mini")
    body = json.dumps({"email": email, "password": password})
    brief = json.dumps(
        {
            "symbol": "NVDA",
            "assetType": "equity",
            "date": "2024-10-10",
            "analysts": ["technical", "sentiment", "news", "fundamentals"],
            "config": {"researchDepth": 3, "llmModel": model, "llmProvider": provider},
        }
    )
    as_json = "-H 'Content-Type: application/json'"
    return (
        f'T=$(curl -s {root}/api/auth/login {as_json} -d \'{body}\' | sed \'s/.*"token":"\\([^"]*\\)".*/\\1/\') && '
        f"A=$(curl -s {root}/api/analyze -H \"Authorization: Bearer $T\" {as_json} -d '{brief}' "
        f'| sed \'s/.*"analysisId":"\\([^"]*\\)".*/\\1/\') && '
        f'curl -sN {root}/api/analyze/$A/events -H "Authorization: Bearer $T" && '
        f'curl -s {root}/api/analyze/$A/results -H "Authorization: Bearer $T"'
    )
