"""Who may think at the desk: the language models that the settings name, each as it is to be asked."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import Any

from attrs import frozen

from tradecore.engines.desk.model_router import ModelRouter, Models
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import LanguageModel
from tradecore_app.settings import MODEL, Settings

Opened = AbstractAsyncContextManager[Callable[[str], LanguageModel]]


@frozen
class Provider:
    """A vendor of models: what shows that it is wanted, what to set where it is not, and how it is opened."""

    wanted: Callable[[Settings], bool]
    setting: str
    open: Callable[[Settings], Opened]


def _openai(settings: Settings) -> Opened:
    from tradecore_adapters.language.openai import open_openai

    return open_openai(settings.openai_api_key, settings.openai_base_url, **_agreed(settings))


def _anthropic(settings: Settings) -> Opened:
    from tradecore_adapters.language.anthropic import open_anthropic

    return open_anthropic(settings.anthropic_api_key, settings.anthropic_base_url, **_agreed(settings))


def _agreed(settings: Settings) -> dict[str, Any]:
    """What holds for the models of every vendor."""
    from tradecore_adapters.language.prices import read_prices
    from tradecore_adapters.language.wire import Terms

    terms = Terms(deadline=settings.model_seconds, effort=settings.model_effort)
    return {"prices": read_prices(settings.model_prices), "terms": terms}


# In the order in which they are asked where a launch names none.
PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(lambda s: bool(s.openai_api_key or s.openai_base_url), "OPENAI_API_KEY", _openai),
    "anthropic": Provider(lambda s: bool(s.anthropic_api_key or s.anthropic_base_url), "ANTHROPIC_API_KEY", _anthropic),
}


@asynccontextmanager
async def open_staff(settings: Settings) -> AsyncIterator[ModelRouter]:
    """The rules, and the models of all providers that are configured. Raises Invalid or Unavailable with a setting."""
    async with AsyncExitStack() as stack:
        vendors: dict[str, Models] = {}
        for name, provider in PROVIDERS.items():
            if settings.model_replay is not None:
                vendors[name] = _replayed(settings, name)
            elif provider.wanted(settings):
                if find_spec(name) is None:
                    raise Unavailable(f"{provider.setting} needs more packages; run: pip install 'tradecore[{name}]'")
                try:
                    vendors[name] = await stack.enter_async_context(provider.open(settings))
                except ValueError as error:
                    raise Invalid.one("model_prices", f"TRADECORE_MODEL_PRICES: {error}") from error
        ready = _Ready(settings, vendors, Semaphore(settings.model_concurrency))
        for setting, named in (
            ("TRADECORE_MODEL", settings.model),
            ("TRADECORE_MODEL_FALLBACK", settings.model_fallback),
        ):
            if not named or not (match := MODEL.fullmatch(named)):
                continue
            if settings.models and named not in settings.models:
                raise Invalid.one(setting, f"{setting} names {named}, which TRADECORE_MODELS does not admit.")
            if match[1] not in vendors:
                missing = f"set {PROVIDERS[match[1]].setting}" if match[1] in PROVIDERS else f"use {_either(PROVIDERS)}"
                raise Invalid.one(setting, f"{setting} names the provider {match[1]!r}, which is not there; {missing}.")
        usual = settings.model.partition(":")[0]
        yield ModelRouter(
            # The first is asked where nobody is named; sorting leaves the others in their order.
            providers={name: ready.of(name) for name in sorted(vendors, key=lambda name: name != usual)},
            cap=settings.analysis_dollars,
            keys={name: provider.setting for name, provider in PROVIDERS.items()},
        )


def who_thinks(router: ModelRouter, settings: Settings) -> str:
    """What an administrator is told of a router: nobody should find out later that rules, or a paid model, answered."""
    if settings.model_replay is not None:
        return f"answers kept in {settings.model_replay} are given again; no language model is asked, nothing is paid"
    if not router.providers:
        return f"the {router.rules.name}, whatever model is asked for; no language model is configured"
    bound = "without a limit on what that costs" if router.cap is None else f"for at most ${router.cap:f} an analysis"
    models = f"the language models of {', '.join(router.providers)}"
    return f"{models}, {bound}, and the {router.rules.name} where it is asked for"


@frozen
class _Ready:
    """Models as they are asked here: in turn, replaced where they cannot be had, kept where that is wanted."""

    settings: Settings
    vendors: Mapping[str, Models]
    places: Semaphore

    def of(self, provider: str) -> Models:
        return lambda name: self._replaced(self._asked(provider, name))

    def _asked(self, provider: str, name: str) -> LanguageModel:
        allowed = self.settings.models
        if allowed and f"{provider}:{name}" not in allowed:
            raise Invalid.one("config.llmModel", f"The model may be one of {', '.join(allowed)} here.")
        from tradecore_adapters.language.concurrency import ConcurrencyLimit
        from tradecore_adapters.language.recorded import Recording

        model: LanguageModel = ConcurrencyLimit(self.vendors[provider](name), self.places)
        return model if self.settings.model_record is None else Recording(model, self.settings.model_record)

    def _replaced(self, model: LanguageModel) -> LanguageModel:
        named = self.settings.model_fallback and MODEL.fullmatch(self.settings.model_fallback)
        if not named or named[0] == model.name:
            return model
        from tradecore_adapters.language.fallback import Fallback

        return Fallback(model, self._asked(named[1], named[2]))


def _replayed(settings: Settings, provider: str) -> Models:
    from tradecore_adapters.language.recorded import Replay

    folder = settings.model_replay
    assert folder is not None
    if not folder.is_dir():
        raise Invalid.one("model_replay", f"TRADECORE_MODEL_REPLAY names no folder: {str(folder)!r}.")
    return lambda name: Replay(f"{provider}:{name}", folder)


def _either(names: Mapping[str, object]) -> str:
    return " or ".join(names)
