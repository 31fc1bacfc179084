"""What the interpreter of TradingAgents runs: a process that imports it once, and forks a child for each analysis.

Only the standard library and the framework are imported here. The parent takes the connections of analyses from the
socket in its working folder, and never calls a model: its children would share the connection. A child reads one task,
a JSON line, and writes events, one JSON object a line. After the end of a node it waits for a byte, so that what was
said is stored before anything else is paid for. It ends when the other end of its connection closes.
"""

import datetime
import gc
import importlib
import importlib.metadata
import inspect
import json
import logging
import os
import re
import shutil
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, NoReturn

PACKAGE = "tradingagents"
# The name of the socket at which the parent listens, in its working folder.
SOCKET_NAME = "socket"
_GRAPH = f"{PACKAGE}.graph.trading_graph"
_CONFIG = f"{PACKAGE}.default_config"
_VENDORS = f"{PACKAGE}.dataflows.interface"
_UTILS = f"{PACKAGE}.agents.utils.agent_utils"
# Functions that read data without asking a vendor; modules of the framework import them by name.
DIRECT_READERS = (
    "load_ohlcv",
    "fetch_stocktwits_messages",
    "fetch_reddit_posts",
    "resolve_instrument_identity",
    "build_verified_market_snapshot",
)
# The analysts by node, and the part of the state that holds what a node says.
_TEXTS = {
    "Market Analyst": ("market_report",),
    "Sentiment Analyst": ("sentiment_report",),
    "News Analyst": ("news_report",),
    "Fundamentals Analyst": ("fundamentals_report",),
    "Bull Researcher": ("investment_debate_state", "current_response"),
    "Bear Researcher": ("investment_debate_state", "current_response"),
    "Research Manager": ("investment_plan",),
    "Trader": ("trader_investment_plan",),
    "Aggressive Analyst": ("risk_debate_state", "current_aggressive_response"),
    "Conservative Analyst": ("risk_debate_state", "current_conservative_response"),
    "Neutral Analyst": ("risk_debate_state", "current_neutral_response"),
    "Portfolio Manager": ("final_trade_decision",),
}
_ANALYSTS = ("market", "social", "news", "fundamentals")
_SPEAKER = re.compile(r"\A(?:Bull|Bear|Aggressive|Conservative|Neutral|Risky|Safe) Analyst: ")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAX_ITEMS, _MAX_DAYS = 50, 400


class Missing(Exception):
    """The framework lacks names that this script relies on; `args` are those."""


class Refused(Exception):
    """A connection to anything but the gateway of the analysis."""


def import_framework() -> None:
    """Import everything, and build one graph, so that children need not. Raises Missing, ImportError."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    missing: list[str] = []
    modules = {}
    for name in (_GRAPH, _CONFIG, _VENDORS, _UTILS):
        try:
            modules[name] = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(PACKAGE) or error.name == PACKAGE:
                raise
            missing.append(name)
    for module, names in (
        (_GRAPH, ("TradingAgentsGraph",)),
        (_CONFIG, ("DEFAULT_CONFIG",)),
        (_VENDORS, ("VENDOR_METHODS",)),
        (_UTILS, ("build_instrument_context",)),
    ):
        missing += [f"{module}.{name}" for name in names if module in modules and not hasattr(modules[module], name)]
    if missing:
        raise Missing(*missing)
    places = {name for _, name in _places(DIRECT_READERS)}
    missing += [name for name in DIRECT_READERS if name not in places]
    os.environ["OPENAI_COMPATIBLE_API_KEY"] = "none"
    graph = _make_graph(_ANALYSTS, {"llm_provider": "openai_compatible", "backend_url": "http://127.0.0.1:9/v1"})
    nodes = set(getattr(graph.workflow, "nodes", ()))
    missing += [f"the node {name}" for name in _TEXTS if name not in nodes]
    if missing:
        raise Missing(*missing)


def serve(listener: socket.socket) -> NoReturn:
    """Fork a child for each connection that is accepted."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    # What the children do not touch stays shared with them.
    gc.freeze()
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            status = 1
            try:
                run(connection)
                status = 0
            finally:
                os._exit(status)
        connection.close()


def run(connection: socket.socket) -> None:
    """One analysis: read the task, tell what happens, and leave nothing behind."""
    reader = connection.makefile("rb")
    task = json.loads(reader.readline())
    stored = threading.Semaphore(0)
    threading.Thread(target=_listen, args=(reader, stored), daemon=True).start()
    writer = connection.makefile("w", encoding="utf-8", errors="replace")

    def tell(**event: object) -> None:
        writer.write(json.dumps(event) + "\n")
        writer.flush()
        if event["event"] == "end":
            stored.acquire()

    folder = os.path.join(os.getcwd(), str(os.getpid()))
    os.mkdir(folder, 0o700)
    os.chdir(folder)
    tell(event="started", pid=os.getpid(), folder=folder)
    try:
        analyse(task, folder, tell)
    except Exception as error:  # noqa: BLE001 - code of another package
        # The message may quote prompts and keys, so only the kind of the error is told.
        tell(event="failed", kind=type(error).__name__)
    else:
        tell(event="done")
    finally:
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)


def analyse(task: Mapping[str, Any], folder: str, tell: Callable[..., None]) -> None:
    """Run the graph of a task, and tell the beginning and the end of each node."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR"):
        os.environ[name] = folder
    os.environ["OPENAI_COMPATIBLE_API_KEY"] = os.environ["ANTHROPIC_API_KEY"] = task["key"]
    allow_only(task["port"])
    dossier = Dossier(task["dossier"])
    install(dossier)
    config = {**task["config"], "results_dir": f"{folder}/results", "data_cache_dir": f"{folder}/cache"}
    graph = _make_graph(task["analysts"], config)
    context = importlib.import_module(_UTILS).build_instrument_context(
        dossier.symbol, task["asset_type"], dossier.identity
    )
    wanted = {"asset_type": task["asset_type"], "past_context": "", "instrument_context": context}
    accepted = inspect.signature(graph.propagator.create_initial_state).parameters
    state = graph.propagator.create_initial_state(
        dossier.symbol, dossier.as_of, **{name: value for name, value in wanted.items() if name in accepted}
    )
    limit = {"recursion_limit": task["recursion_limit"]}
    for mode, chunk in graph.graph.stream(state, stream_mode=["tasks", "updates"], config=limit):
        if mode == "tasks" and "input" in chunk:
            tell(event="begin", node=str(chunk["name"]))
        elif mode == "updates":
            for node, update in chunk.items():
                if node in _TEXTS:
                    tell(event="end", node=node, text=_text(node, update or {})[: task["max_text"]])


def install(dossier: "Dossier") -> None:
    """Make the dossier the only vendor, replace functions that ask no vendor, and disable the library of Yahoo."""
    vendors = importlib.import_module(_VENDORS).VENDOR_METHODS
    indicators = vendors.get("get_indicators", {}).get("yfinance")
    snapshot = next((getattr(module, name) for module, name in _places(("build_verified_market_snapshot",))), None)
    methods = {
        "get_stock_data": dossier.prices,
        "get_indicators": lambda *args, **kwargs: dossier.indicators(indicators, *args, **kwargs),
        "get_fundamentals": lambda symbol, *_, **__: dossier.company(symbol, "fundamentals"),
        "get_balance_sheet": lambda symbol, *_, **__: dossier.company(symbol, "balance_sheet"),
        "get_cashflow": lambda symbol, *_, **__: dossier.company(symbol, "cashflow"),
        "get_income_statement": lambda symbol, *_, **__: dossier.company(symbol, "income_statement"),
        "get_news": dossier.news,
    }
    for method in list(vendors):
        vendors[method] = {"tradecore": methods.get(method, unavailable)}
    readers = {
        "load_ohlcv": dossier.frame,
        "fetch_stocktwits_messages": lambda *_, **__: dossier.posts("stocktwits"),
        "fetch_reddit_posts": lambda *_, **__: dossier.posts("reddit"),
        "resolve_instrument_identity": lambda *_, **__: dict(dossier.identity),
        "build_verified_market_snapshot": lambda *args, **kwargs: dossier.snapshot(snapshot, *args, **kwargs),
    }
    for module, name in list(_places(DIRECT_READERS)):
        setattr(module, name, readers[name])
    graph = importlib.import_module(_GRAPH).TradingAgentsGraph
    graph._fetch_returns = lambda *_, **__: (None, None, None)
    yahoo = sys.modules.get("yfinance")
    for name in ("download", "Ticker", "Tickers", "Search"):
        if yahoo is not None and hasattr(yahoo, name):
            setattr(yahoo, name, _refuse)


def unavailable(*_: object, **__: object) -> str:
    """What a tool says that has no data here."""
    return "Not available: there is no source for this as of the day of the analysis. Do not estimate it."


class Dossier:
    """The data of one analysis, all known by its day. Dates of the model are clamped to it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.symbol = document["symbol"]
        self.as_of = document["as_of"]
        self.identity = document["identity"]
        self._names = {self._plain(name) for name in (self.symbol, *document["names"])}
        self._bars = [bar for bar in document["bars"] if bar[0] <= self.as_of]
        self._news = [item for item in document["news"] if item["day"] <= self.as_of]
        self._posts = [item for item in document["posts"] if item["day"] <= self.as_of]
        self._texts = document["texts"]

    def prices(self, symbol: object, start_date: object = None, end_date: object = None, **_: object) -> str:
        """Daily bars as CSV, both days included."""
        if not self._is_own(symbol):
            return self._foreign()
        start, end = self._day(start_date, "0001-01-01"), self._day(end_date)
        rows = [bar for bar in self._bars if start <= bar[0] <= end]
        if not rows:
            return f"No prices of {self.symbol} between {start} and {end} are known."
        lines = [",".join("" if value is None else str(value) for value in row) for row in rows]
        return "\n".join(
            (f"# Daily prices of {self.symbol}, adjusted for splits", "Date,Open,High,Low,Close,Volume", *lines)
        )

    def indicators(
        self,
        compute: Any,
        symbol: object,
        indicator: str,
        curr_date: object = None,
        look_back_days: object = 30,
        **_: object,
    ) -> Any:
        """One indicator, computed by the framework over these bars."""
        if not self._is_own(symbol):
            return self._foreign()
        if compute is None:
            return unavailable()
        return compute(self.symbol, indicator, self._day(curr_date), _count(look_back_days, 30, _MAX_DAYS))

    def snapshot(
        self, build: Any, symbol: object, curr_date: object = None, look_back_days: object = 30, **_: object
    ) -> Any:
        """The framework's snapshot of these bars."""
        if not self._is_own(symbol):
            return self._foreign()
        return build(self.symbol, self._day(curr_date), _count(look_back_days, 30, _MAX_DAYS))

    def frame(self, symbol: object, curr_date: object = None, **_: object) -> Any:
        """The bars by a day as a data frame; one without rows for another symbol."""
        pandas = importlib.import_module("pandas")
        end = self._day(curr_date)
        rows = [bar for bar in self._bars if bar[0] <= end] if self._is_own(symbol) else []
        frame = pandas.DataFrame(rows, columns=["Date", "Open", "High", "Low", "Close", "Volume"])
        frame["Date"] = pandas.to_datetime(frame["Date"])
        return frame

    def company(self, symbol: object, which: str) -> str:
        """A text about the company."""
        return self._texts.get(which) or unavailable() if self._is_own(symbol) else self._foreign()

    def news(self, symbol: object, start_date: object = None, end_date: object = None, **_: object) -> str:
        """News about the symbol between two days, both included, newest first."""
        if not self._is_own(symbol):
            return self._foreign()
        start, end = self._day(start_date, "0001-01-01"), self._day(end_date)
        items = [item for item in reversed(self._news) if start <= item["day"] <= end][:_MAX_ITEMS]
        if not items:
            return f"No news about {self.symbol} between {start} and {end} is known."
        return "\n\n".join(
            f"### {item['title']} ({item['source']}, {item['day']})\n{item['summary']}" for item in items
        )

    def posts(self, venue: str) -> str:
        """Posts of one venue, newest first."""
        items = [item for item in reversed(self._posts) if venue in item["source"].lower()][:_MAX_ITEMS]
        if not items:
            return "<unavailable: no posts by the day of the analysis are known>"
        return "\n".join(f"[{item['day']}] {item['title']} {item['summary']}".strip() for item in items)

    def _is_own(self, symbol: object) -> bool:
        return self._plain(symbol) in self._names

    def _foreign(self) -> str:
        return f"Not available: this analysis has data about {self.symbol} only. Do not estimate anything else."

    def _day(self, value: object, default: str = "9999-12-31") -> str:
        """A day of the model in ISO form, never later than that of the analysis."""
        text = str(value or default).strip()[:10]
        try:
            valid = bool(_DAY.fullmatch(text)) and bool(datetime.date.fromisoformat(text))
        except ValueError:
            valid = False
        day: str = min(text if valid else self.as_of, self.as_of)
        return day

    @staticmethod
    def _plain(symbol: object) -> str:
        return str(symbol).strip().lstrip("$").upper().replace("/", "-")


def allow_only(port: int) -> None:
    """Refuse connections and look-ups of names, except those of the gateway of the analysis on this machine."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any, *args: Any) -> Any:
        if not isinstance(address, tuple) or address[:2] != ("127.0.0.1", port):
            raise Refused
        return connect(self, address, *args)

    def guarded_look_up(host: object, *args: Any, **kwargs: Any) -> Any:
        if host not in ("127.0.0.1", b"127.0.0.1"):
            raise Refused
        return look_up(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_connect  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guarded_look_up
    # Libraries in C read these; nobody listens there.
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = "http://127.0.0.1:9"
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1"


def _make_graph(analysts: Sequence[str], config: Mapping[str, Any]) -> Any:
    module = importlib.import_module(_GRAPH)
    defaults = importlib.import_module(_CONFIG).DEFAULT_CONFIG

    class Graph(module.TradingAgentsGraph):  # type: ignore[misc, name-defined]
        """The graph whose calls wait for the gateway, which has deadlines and retries of its own."""

        def _get_provider_kwargs(self) -> dict[str, Any]:
            return {**super()._get_provider_kwargs(), "timeout": 3600.0, "max_retries": 0}

    folder = os.getcwd()
    merged: dict[str, Any] = {
        **defaults,
        "project_dir": folder,
        "results_dir": f"{folder}/results",
        "data_cache_dir": f"{folder}/cache",
        "memory_log_path": None,
        "checkpoint_enabled": False,
        "tool_vendors": {},
        "data_vendors": dict.fromkeys(defaults.get("data_vendors", {}), "tradecore"),
        **config,
    }
    return Graph(list(analysts), debug=False, config=merged)


def _places(names: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """Every module of the framework that has one of the names, with the name."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").split(".")[0] == PACKAGE:
            for name in names:
                if name in vars(module):
                    yield module, name


def _text(node: str, update: Any) -> str:
    """What a node said, without the name of the speaker; empty while an analyst reads data."""
    for part in _TEXTS[node]:
        update = update.get(part) if isinstance(update, dict) else None
    return _SPEAKER.sub("", update) if isinstance(update, str) else ""


def _count(value: Any, default: int, largest: int) -> int:
    try:
        return max(1, min(int(value), largest))
    except (TypeError, ValueError):
        return default


def _refuse(*_: object, **__: object) -> NoReturn:
    raise Refused


def _listen(reader: IO[bytes], stored: threading.Semaphore) -> NoReturn:
    while reader.read(1):
        stored.release()
    os._exit(1)


def main() -> None:
    """Import the framework, say so, and serve at a socket in the working folder."""
    # The folder of this script is no place to import from.
    sys.path.pop(0)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(SOCKET_NAME)
    listener.listen(1024)
    try:
        import_framework()
        greeting: dict[str, object] = {"version": importlib.metadata.version(PACKAGE)}
    except Missing as error:
        greeting = {"missing": list(error.args)}
    except Exception as error:  # noqa: BLE001 - code of another package
        greeting = {"failed": type(error).__name__}
    # Whatever else the framework prints is no message.
    sys.stdout.write(json.dumps(greeting) + "\n")
    sys.stdout.flush()
    if "version" in greeting:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        serve(listener)


if __name__ == "__main__":
    main()
