"""TradingAgents as an engine: its graph runs in another process, on evidence, calls and levels of this installation."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from tradecore.engines.desk.collect import Sources, build_evidence, read_sources
from tradecore.engines.desk.compute_lock import ComputeLock
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.plan import SECONDS_PER_CALL, plan_desk, risk_debate
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.snapshot import keep_collected
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.errors import Invalid, NotFound, Refusal, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType
from tradecore.model.plan import Plan
from tradecore.model.steps import Agent, Collected, Step
from tradecore.ports.engine import Began, Budget, Cost, EngineDescription
from tradecore.ports.language import ChatFormat, ChatModel
from tradecore_adapters.engine.tradingagents.answers import KeptAnswers, forget_ended
from tradecore_adapters.engine.tradingagents.dossier import make_dossier
from tradecore_adapters.engine.tradingagents.gateway import Gateway, open_gateway
from tradecore_adapters.engine.tradingagents.options import TradingAgentsOptions
from tradecore_adapters.engine.tradingagents.turns import ANALYSTS, NAME, Turns, risk_rounds
from tradecore_adapters.engine.tradingagents.warm_parent import MAX_TEXT, TRIED, WarmParent, detect_version
from tradecore_adapters.language.chat import chat_model
from tradecore_adapters.rows import Context

ENGINE = "tradingagents"
# Steps of the graph; a model that asks for data in every answer ends there.
_RECURSION_LIMIT = 100
# How long the end of an analysis waits for the store.
_STORE_SECONDS = 0.5
_ASSET_TYPES = {AssetType.EQUITY: "stock", AssetType.CRYPTO: "crypto"}
# The provider of the framework that speaks a format, and what follows the address of its server.
_PROVIDERS: Mapping[ChatFormat, tuple[str, str]] = {
    ChatFormat.CHAT_COMPLETIONS: ("openai_compatible", "/v1"),
    ChatFormat.MESSAGES: ("anthropic", ""),
}


@frozen
class TradingAgentsEngine:
    """The engine `tradingagents`.

    `folder` holds the answers of analyses that are not done yet; `has_ended` says of an analysis whether it is.
    """

    sources: Sources
    router: ModelRouter
    parent: WarmParent
    version: str
    folder: Path
    has_ended: Callable[[AnalysisId], Awaitable[bool]]
    name: str = ENGINE
    _compute_lock: ComputeLock = field(factory=ComputeLock, init=False, repr=False)

    @property
    def note(self) -> str:
        """What an administrator should know about the version; empty for the one that was tried."""
        return "" if self.version == TRIED else f"tried with {TRIED} only"

    def describe(self) -> EngineDescription:
        """See `Engine`."""
        missing = "" if self.router.providers else f"No language model is configured here, and {NAME} needs one."
        return EngineDescription(self.version, paid=True, agents=tuple(Agent), unavailable=missing)

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief with the provider of its model. Raises: Invalid about `engine`, `provider` or `model`."""
        if missing := self.describe().unavailable:
            raise Invalid.one("engine", f"The engine {self.name} is not available: {missing}")
        if brief.provider == RULES:
            raise Invalid.one("provider", f"{NAME} needs a language model; the engine {RULES} does not.")
        resolved = self.router.resolve(brief)
        self._models(resolved)
        return resolved

    def label(self, brief: AnalysisBrief) -> str:
        """Such as `TradingAgents 0.3.0 (openai:gpt-4o-mini)`. Raises: Invalid about `provider` or `model`."""
        names = " and ".join(dict.fromkeys(model.name for model in self._models(brief)))
        language = "" if self.router.language.is_english else f", in {self.router.language.name}"
        return f"{NAME} {self.version} ({names}){language}"

    def plan(self, brief: AnalysisBrief) -> Plan:
        """The steps of the desk, which the turns of the framework are mapped to; its calls are all in sequence."""
        rounds = risk_rounds(brief)
        calls = 2 * len(brief.analysts) + 2 * brief.depth + 3 * rounds + 3
        plan = plan_desk(evolve(brief, risk_rounds=0), by_model=True)
        steps = (*plan.steps[:-2], *risk_debate(rounds), *plan.steps[-2:])
        return evolve(plan, steps=steps, seconds=SECONDS_PER_CALL * calls)

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """The cap of an analysis."""
        return Cost(self.router.cap)

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """See `Engine`.

        Raises: Invalid about `provider` or `model`; OverBudget; the errors of the market, of the news archive and of
        the language model; Unavailable where the framework fails.
        """
        models = self._models(brief)
        answers = KeptAnswers.of(self.folder, brief.analysis)
        collected, dossier = known.get("collect"), await answers.dossier()
        if not isinstance(collected, Collected) or dossier is None:
            readings = await read_sources(self.sources, brief, with_listing=True)
            if isinstance(collected, Collected):
                readings = keep_collected(readings, collected, brief.as_of)
            else:
                collected = await build_evidence(readings, self.sources, brief, self._compute_lock, for_model=True)
            dossier = make_dossier(brief, readings, collected)
            await answers.keep_dossier(dossier)
        if "collect" not in known:
            yield collected
        turns = Turns(Case(brief, collected, language=self.router.language), plan, known)
        names = {_short_name(model): model for model in models}
        try:
            async with (
                open_gateway(names, budget, answers) as gateway,
                self.parent.analysis(self._task(brief, models, gateway, dossier)) as process,
                aclosing(_until_failure(process.events(), gateway)) as events,
            ):
                async for event in events:
                    for output in await self._outputs(turns, event, gateway):
                        yield output
                        # It is stored once this generator goes on.
                        await answers.mark_booked()
                    if event["event"] == "end":
                        process.go_on()
            if not turns.done:
                raise Unavailable(f"{NAME} ended in the middle of the analysis.")
        finally:
            await answers.mark_booked()
            if brief.analysis is not None and await self.has_ended(brief.analysis):
                await answers.forget()

    async def _outputs(self, turns: Turns, event: Mapping[str, Any], gateway: Gateway) -> tuple[Began | Step, ...]:
        """What an event of the framework comes to. Raises Unavailable where the framework failed."""
        match event["event"]:
            case "begin":
                return tuple(turns.began(event["node"]))
            case "end":
                calls = gateway.take_calls()
                # A long text takes a second, in which this process serves others.
                return await asyncio.to_thread(lambda: tuple(turns.ended(event["node"], event["text"], calls)))
            case "failed" if event["kind"] == "GraphRecursionError":
                return tuple(turns.give_up(f"{NAME} went round in circles without a decision."))
            case "failed":
                raise Unavailable(f"{NAME} failed inside ({str(event['kind'])[:60]}).")
        return ()

    def _models(self, brief: AnalysisBrief) -> tuple[ChatModel, ...]:
        """The model of a brief, and the one of the managers where it has the same format.

        Raises: Invalid about `provider` or `model`.
        """
        provider = brief.provider or next(iter(self.router.providers), "")
        model = self._model(provider, brief.model)
        deep = self._model(*self.router.deep) if self.router.deep else model
        # Requests tell the two apart by the names of the models alone.
        distinct = _short_name(deep) != _short_name(model)
        return (model, deep) if distinct and deep.format is model.format else (model, model)

    def _model(self, provider: str, name: str) -> ChatModel:
        if provider not in self.router.providers:
            raise Invalid.one("provider", f"The provider {provider[:40]!r} is not configured here.")
        model = chat_model(self.router.model(provider, name, fallback=False))
        if model is None:
            raise Invalid.one("provider", f"The models of {provider} cannot take the requests of {NAME}.")
        return model

    def _task(
        self, brief: AnalysisBrief, models: tuple[ChatModel, ...], gateway: Gateway, dossier: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        quick, deep = map(_short_name, models)
        provider, path = _PROVIDERS[models[0].format]
        return {
            "analysts": [ANALYSTS[analyst][0] for analyst in brief.analysts],
            "asset_type": _ASSET_TYPES[brief.asset_type],
            "config": {
                "llm_provider": provider,
                "backend_url": f"http://127.0.0.1:{gateway.port}{path}",
                "quick_think_llm": quick,
                "deep_think_llm": deep,
                "max_debate_rounds": brief.depth,
                "max_risk_discuss_rounds": risk_rounds(brief),
                "max_recur_limit": _RECURSION_LIMIT,
                "output_language": self.router.language.name,
            },
            "recursion_limit": _RECURSION_LIMIT,
            "key": gateway.key,
            "port": gateway.port,
            "max_text": MAX_TEXT,
            "dossier": dossier,
        }


@asynccontextmanager
async def open_tradingagents(
    context: Context, options: TradingAgentsOptions, rest: str
) -> AsyncIterator[TradingAgentsEngine]:
    """The engine, where the framework is installed. Raises Unavailable that says what to do where it is not."""
    if options.python is None:
        raise Unavailable(
            f"{NAME} is not connected; TRADECORE_TRADINGAGENTS_PYTHON names the Python that it is installed for."
        )

    async def has_ended(id: AnalysisId) -> bool:
        try:
            async with asyncio.timeout(_STORE_SECONDS), context.store.snapshot() as uow:
                return (await uow.analyses.get(id)).ended
        except NotFound:
            return True
        except (Refusal, TimeoutError):
            # Its answers are looked at again at the next start.
            return False

    version = await detect_version(options.python)
    folder = context.folder / ENGINE
    await forget_ended(folder, has_ended)
    async with WarmParent(options.python) as parent:
        yield TradingAgentsEngine(context.sources, context.models, parent, version, folder, has_ended)


async def _until_failure(
    events: AsyncIterator[Mapping[str, Any]], gateway: Gateway
) -> AsyncGenerator[Mapping[str, Any], None]:
    """The events of the framework. Raises the refusal of a call, which ends the analysis, as soon as there is one."""
    while True:
        reading = asyncio.ensure_future(_next(events))
        try:
            await asyncio.wait((reading, gateway.failure), return_when=asyncio.FIRST_COMPLETED)
            if gateway.failure.done():
                raise gateway.failure.result()
            event = reading.result()
        finally:
            reading.cancel()
        if event is None:
            return
        yield event


async def _next(events: AsyncIterator[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return await anext(events, None)


def _short_name(model: ChatModel) -> str:
    return model.name.partition(":")[2]
