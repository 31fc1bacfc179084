"""What tests of TradingAgents need: its interpreter, a model that answers its requests, and an engine over both.

The interpreter is one with a stand-in of the same surface. TRADECORE_TEST_TRADINGAGENTS names that of the real package,
over which the same tests run then.
"""

import asyncio
import atexit
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from attrs import define, field

from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.usage import Call
from tradecore.ports.language import ChatFormat, ChatRequest, FinishReason, Prompt, Reply
from tradecore.testing.scripted_model import valid_answer

STAND_IN = Path(__file__).with_name("tradingagents_stand_in")
REAL = os.environ.get("TRADECORE_TEST_TRADINGAGENTS")
INTERPRETERS = ("tradingagents-stand-in", "tradingagents-real")
FORMS: Mapping[str, Mapping[str, Any]] = {
    "SentimentReport": {
        "overall_band": "Mildly Bullish",
        "overall_score": 6.5,
        "confidence": "low",
        "narrative": "Few posts, and mostly kind.",
    },
    "ResearchPlan": {"recommendation": "Buy", "rationale": "The bull has it.", "strategic_actions": "Buy some."},
    "TraderProposal": {
        "action": "Buy",
        "reasoning": "The trend is up.",
        "entry_price": "N/A",
        "stop_loss": 100.5,
        "position_sizing": "20% of everything",
    },
    "PortfolioDecision": {
        "rating": "Overweight",
        "executive_summary": "Add slowly.",
        "investment_thesis": "The trend is up, and 987654 agrees.",
        "price_target": 999.0,
    },
}


@cache
def make_interpreter(packages: Path) -> Path:
    """A Python that finds the packages of a folder, and nothing else; made once in a process of tests."""
    folder = Path(mkdtemp(prefix="tradecore-tests-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [site] = folder.glob("lib/python*/site-packages")
    (site / "packages.pth").write_text(f"{packages}\n")
    return folder / "bin" / "python"


def interpreter(name: str) -> Path:
    """The Python of one of INTERPRETERS. Skips the test where it is that of the real package and not named."""
    if name == "tradingagents-stand-in":
        return make_interpreter(STAND_IN)
    if REAL is None:
        pytest.skip("TRADECORE_TEST_TRADINGAGENTS does not name the Python of an environment with TradingAgents.")
    return Path(REAL)


def call(name: str, **values: Any) -> dict[str, Any]:
    """A call of a tool, as it stands in an answer."""
    return {
        "id": f"call_{name}_{abs(hash(json.dumps(values, sort_keys=True))) % 10_000}",
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(values)},
    }


def message(text: str | None = None, *calls: dict[str, Any]) -> dict[str, Any]:
    """A message of a model."""
    return {"role": "assistant", "content": text} | ({"tool_calls": list(calls)} if calls else {})


@define
class FrameworkModel:
    """What a sensible model says to the framework. `forms` are its typed answers; None stands for prose.

    `symbol` and `day` are what it asks for data of; the day may be made up.
    """

    forms: dict[str, Mapping[str, Any] | None] = field(factory=lambda: dict(FORMS))
    symbol: str = "NVDA"
    day: str = "2031-12-31"
    prose: str = "I would not Sell here, but 12345678 says Buy maybe."
    requests: list[dict[str, Any]] = field(factory=list)

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        """The message that answers a request."""
        self.requests.append(body)
        names = [tool["function"]["name"] for tool in body.get("tools", ())]
        if len(names) == 1 and names[0] in self.forms:
            values = self.forms[names[0]]
            return message(self.prose) if values is None else message(None, call(names[0], **values))
        if names and not any(earlier["role"] == "tool" for earlier in body["messages"]):
            return message(None, *(call(name, **self._arguments(name)) for name in names if name in _ARGUMENTS))
        return message(self.prose)

    def _arguments(self, name: str) -> Mapping[str, Any]:
        return {key: {"SYMBOL": self.symbol, "DAY": self.day}.get(value, value) for key, value in _ARGUMENTS[name]}

    @property
    def heard(self) -> str:
        """Everything that it was told by tools and prompts."""
        return json.dumps([body["messages"] for body in self.requests], ensure_ascii=False)


_ARGUMENTS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "get_stock_data": (("symbol", "SYMBOL"), ("start_date", "2024-09-20"), ("end_date", "DAY")),
    "get_indicators": (("symbol", "SYMBOL"), ("indicator", "rsi"), ("curr_date", "DAY"), ("look_back_days", 20)),
    "get_verified_market_snapshot": (("symbol", "SYMBOL"), ("curr_date", "DAY"), ("look_back_days", 5)),
    "get_news": (("ticker", "SYMBOL"), ("start_date", "2024-10-01"), ("end_date", "DAY")),
    "get_global_news": (("curr_date", "DAY"), ("look_back_days", 7), ("limit", 5)),
    "get_macro_indicators": (("indicator", "cpi"), ("curr_date", "DAY"), ("look_back_days", 30)),
    "get_prediction_markets": (("topic", "rates"), ("limit", 3)),
    "get_fundamentals": (("ticker", "SYMBOL"), ("curr_date", "DAY")),
    "get_balance_sheet": (("ticker", "SYMBOL"), ("freq", "quarterly"), ("curr_date", "DAY")),
}


@define(eq=False)
class ScriptedChat:
    """A `LanguageModel` and a `ChatModel` whose answers to the framework `answer` makes; it may raise a refusal."""

    answer: Callable[[dict[str, Any]], dict[str, Any]]
    name: str = "test:any-model"
    price: Decimal | None = Decimal("0.02")
    cost: Decimal = Decimal("0.01")
    finish_reason: FinishReason = FinishReason.COMPLETE
    asked: int = 0
    format: ChatFormat = ChatFormat.CHAT_COMPLETIONS

    @property
    def chat(self) -> "ScriptedChat":
        return self

    def max_cost(self, request: Prompt | ChatRequest) -> Decimal | None:
        return self.price

    async def ask(self, request: Prompt | ChatRequest) -> Reply:
        assert isinstance(request, ChatRequest)
        self.asked += 1
        text = json.dumps({"choices": [{"message": self.answer(json.loads(request.body))}]})
        return Reply(text, Call(self.name, 1000, 0, 100, self.cost), self.finish_reason)


@define(eq=False)
class SharedModel(ScriptedChat):
    """Answers the desk as well. Further calls than these, of the desk and of the framework, hang."""

    most: tuple[int, int] = (1000, 1000)
    prompts: int = 0
    hanging: asyncio.Event = field(factory=asyncio.Event)
    _waiting: int = 0

    async def ask(self, request: Prompt | ChatRequest) -> Reply:
        by_desk = isinstance(request, Prompt)
        if (self.prompts, self.asked)[not by_desk] >= self.most[not by_desk]:
            self._waiting += 1
            if self._waiting == 2:
                self.hanging.set()
            await asyncio.Event().wait()
        if isinstance(request, Prompt):
            self.prompts += 1
            return Reply(valid_answer(request), Call(self.name, 1000, 0, 100, self.cost), self.finish_reason)
        return await super().ask(request)


def router(model: Any, **options: Any) -> ModelRouter:
    """A router with this model alone, as provider `test`."""
    return ModelRouter(**{"providers": {"test": lambda name: model}, "cap": Decimal(5), **options})
