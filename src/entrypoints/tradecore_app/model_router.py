"""Builds the model router from the settings: providers, recording, replay and a limit on concurrent calls."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import Any

from attrs import frozen

from tradecore.engines.desk.model_router import ModelFactory, ModelRouter
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import LanguageModel
from tradecore_app.settings import MODEL
from tradecore_app.settings.models import ModelSettings

OpenedFactory = AbstractAsyncContextManager[ModelFactory]


@frozen
class Provider:
    """A provider of models: whether it is configured, the setting of its key, and how its models are opened."""

    configured: Callable[[ModelSettings], bool]
    key_setting: str
    open: Callable[[ModelSettings], OpenedFactory]


def _openai(settings: ModelSettings) -> OpenedFactory:
    from tradecore_adapters.language.openai import open_openai

    return open_openai(settings.openai_api_key, settings.openai_base_url, **_options(settings))


def _anthropic(settings: ModelSettings) -> OpenedFactory:
    from tradecore_adapters.language.anthropic import open_anthropic

    return open_anthropic(settings.anthropic_api_key, settings.anthropic_base_url, **_options(settings))


def _options(settings: ModelSettings) -> dict[str, Any]:
    """The options that are the same for every provider."""
    from tradecore_adapters.language.prices import read_prices
    from tradecore_adapters.language.transport import CallLimits

    limits = CallLimits(deadline=settings.call_seconds, effort=settings.effort)
    return {"prices": read_prices(settings.prices), "limits": limits}


# In order of preference, for launches that name no provider.
PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(lambda s: bool(s.openai_api_key or s.openai_base_url), "OPENAI_API_KEY", _openai),
    "anthropic": Provider(lambda s: bool(s.anthropic_api_key or s.anthropic_base_url), "ANTHROPIC_API_KEY", _anthropic),
}


@asynccontextmanager
async def open_model_router(settings: ModelSettings) -> AsyncIterator[ModelRouter]:
    """The model router over all configured providers.

    Raises: Invalid about a setting that is wrong; Unavailable when the packages of a provider are not installed, or its
    key or address is invalid.
    """
    async with AsyncExitStack() as stack:
        factories: dict[str, ModelFactory] = {}
        for name, provider in PROVIDERS.items():
            if settings.replay is not None:
                factories[name] = _replaying(settings, name)
            elif provider.configured(settings):
                if find_spec(name) is None:
                    raise Unavailable(
                        f"{provider.key_setting} needs more packages; run: pip install 'tradecore[{name}]'"
                    )
                try:
                    factory = await stack.enter_async_context(provider.open(settings))
                except ValueError as error:
                    raise Invalid.one("TRADECORE_MODEL_PRICES", f"TRADECORE_MODEL_PRICES: {error}") from error
                factories[name] = factory
        semaphore = Semaphore(settings.concurrency)
        preferred = settings.default.partition(":")[0]
        router = ModelRouter(
            # Sorting is stable: the provider of the default model comes first, the others keep their order.
            providers={
                name: _limited(factories[name], settings, semaphore)
                for name in sorted(factories, key=lambda name: name != preferred)
            },
            allowed=settings.allowed,
            fallback=_parsed(settings.fallback),
            cap=settings.analysis_dollars,
            key_settings={name: provider.key_setting for name, provider in PROVIDERS.items()},
            price_setting="TRADECORE_MODEL_PRICES",
        )
        for setting, model in (("TRADECORE_MODEL", settings.default), ("TRADECORE_MODEL_FALLBACK", settings.fallback)):
            _check(router, setting, _parsed(model))
        yield router


def describe_models(router: ModelRouter, settings: ModelSettings) -> str:
    """Half a sentence for the administrator: which engine handles analyses, and what that may cost."""
    if settings.replay is not None:
        return f"answers recorded in {settings.replay}; no language model is called, and nothing is billed"
    if not router.providers:
        return f"the {router.rules.name}, whichever model is requested; no language model is configured"
    bound = "without a limit on costs" if router.cap is None else f"at most ${router.cap:f} an analysis"
    models = f"the language models of {', '.join(router.providers)}"
    return f"{models}, {bound}, and the {router.rules.name} on request"


def _limited(factory: ModelFactory, settings: ModelSettings, semaphore: Semaphore) -> ModelFactory:
    """The factory with the limit on concurrent calls, and with recording where it is set."""
    from tradecore_adapters.language.concurrency import ConcurrencyLimit
    from tradecore_adapters.language.recorded import RecordingModel

    def make(name: str) -> LanguageModel:
        model = ConcurrencyLimit(factory(name), semaphore)
        return model if settings.record is None else RecordingModel(model, settings.record)

    return make


def _replaying(settings: ModelSettings, provider: str) -> ModelFactory:
    from tradecore_adapters.language.recorded import ReplayModel

    folder = settings.replay
    assert folder is not None
    if not folder.is_dir():
        raise Invalid.one("TRADECORE_MODEL_REPLAY", f"TRADECORE_MODEL_REPLAY names no folder: {str(folder)!r}.")
    return lambda name: ReplayModel(f"{provider}:{name}", folder)


def _parsed(model: str | None) -> tuple[str, str] | None:
    """Provider and name of `provider:name`; None for `rules` and for nothing."""
    match = MODEL.fullmatch(model or "")
    return (match[1], match[2]) if match else None


def _check(router: ModelRouter, setting: str, model: tuple[str, str] | None) -> None:
    if model is None:
        return
    provider, name = model
    if not router.allows(provider, name):
        raise Invalid.one(setting, f"{setting} names {provider}:{name}, which TRADECORE_MODELS does not allow.")
    if provider not in router.providers:
        hint = f"set {PROVIDERS[provider].key_setting}" if provider in PROVIDERS else f"use {' or '.join(PROVIDERS)}"
        raise Invalid.one(setting, f"{setting} names the provider {provider!r}, which is not configured; {hint}.")
