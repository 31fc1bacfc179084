"""The contract of engines over every row that is installed, a model's desk, and an engine of another shape."""

import shlex
import sys
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hold_engine import HoldEngine
from opening import open_adapter
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import DESK, Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.ports.engine import Engine
from tradecore.testing import EngineSuite, ScriptedModel
from tradecore_adapters.market.sample import SampleMarket
from tradecore_app.engines import UnavailableEngine
from tradecore_app.registry import COMMAND, TRADINGAGENTS, rows
from trading_agents import INTERPRETERS, FrameworkModel, ScriptedChat, interpreter, router

EXAMPLE = shlex.join([sys.executable, str(Path(__file__).parents[3] / "examples/command-engine/trend.py")])
SOURCES = Sources(SampleMarket())
MODELS = ModelRouter(providers={"test": lambda name: ScriptedModel(name=f"test:{name}")}, cap=Decimal(5))


class TestEngines(EngineSuite):
    @pytest.fixture(params=[*sorted({*rows("engine")} - {TRADINGAGENTS}), "hold", *INTERPRETERS])
    async def engine(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
        row, models, settings = request.param, MODELS, {}
        if row == "hold":
            yield HoldEngine()
            return
        if row == COMMAND:
            row, settings = f"{COMMAND}:mine", {"command_engines": f"mine={EXAMPLE}"}
        if row in INTERPRETERS:
            settings = {"tradingagents_python": str(interpreter(row)), "data": tmp_path}
            row, models = TRADINGAGENTS, router(ScriptedChat(FrameworkModel()))
        async with open_adapter("engine", row, context={"sources": SOURCES, "models": models}, **settings) as opened:
            yield opened


async def test_the_desk_is_listed_without_a_model_and_says_why_it_cannot_run() -> None:
    async with open_adapter("engine", DESK, context={"sources": SOURCES, "models": ModelRouter()}) as desk:
        assert isinstance(desk, Desk)
        assert desk.describe().unavailable == "No language model is configured here; docs/models.md tells how."


def test_an_engine_that_could_not_be_opened_refuses_every_use_with_the_reason() -> None:
    engine = UnavailableEngine("acme", "run: pip install 'acme[engine]'")
    assert engine.describe().unavailable == "run: pip install 'acme[engine]'"
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "m")
    for use in (engine.resolve, engine.label, engine.plan, engine.cost):
        with pytest.raises(Invalid, match="The engine acme is not available: run: pip install"):
            use(brief)
