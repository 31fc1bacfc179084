"""Builds the model router from the settings: providers, recording, replay and a limit on concurrent calls."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from attrs import evolve, frozen

from tradecore.engines.desk.desk import DESK
from tradecore.engines.desk.languages import Language, language_of
from tradecore.engines.desk.model_router import ModelFactory, ModelRouter
from tradecore.engines.digest.editor import DigestEditor
from tradecore.model.analysis_briefs import RULES
from tradecore.model.errors import Invalid
from tradecore.ports.language import LanguageModel
from tradecore.use_cases.engines import Engines
from tradecore_adapters.rows import Context
from tradecore_app.registry import open_row, rows
from tradecore_app.remote_rows import server_models
from tradecore_app.settings import MODEL, Settings, chosen_rows
from tradecore_app.settings.models import ModelSettings
from tradecore_app.settings.news import NewsSettings


@frozen
class Provider:
    """A provider that a key makes available: whether it is configured, and the setting of its key."""

    configured: Callable[[ModelSettings], bool]
    key_setting: str


# In order of preference, for launches that name no provider. Those of other packages are available where a setting
# names one of their models.
PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(lambda s: bool(s.openai_api_key or s.openai_base_url), "OPENAI_API_KEY"),
    "anthropic": Provider(lambda s: bool(s.anthropic_api_key or s.anthropic_base_url), "ANTHROPIC_API_KEY"),
}


@asynccontextmanager
async def open_model_router(
    context: Context, installation: Settings, given: Mapping[str, ModelFactory] | None = None
) -> AsyncIterator[ModelRouter]:
    """The model router over all configured providers, after those that are `given` by name.

    Raises: Invalid about a setting that is wrong; Unavailable when the packages of a provider are not installed, or its
    key or address is invalid.
    """
    settings = installation.models
    async with AsyncExitStack() as stack:
        factories: dict[str, ModelFactory] = dict(given or {})
        named = [setting.partition(":")[0] for port, setting in chosen_rows(installation) if port == "language"]
        servers = settings.servers
        for name in dict.fromkeys((*PROVIDERS, *servers, *named)):
            if name in factories:
                continue
            if settings.replay is not None:
                factories[name] = _replaying(settings, name)
            elif name in servers:
                factories[name] = await stack.enter_async_context(server_models(context, name, servers[name], settings))
            elif PROVIDERS[name].configured(settings) if name in PROVIDERS else name in rows("language"):
                opening = open_row("language", f"{name}:", context, installation)
                factories[name] = await stack.enter_async_context(opening)
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
            deep=_parsed(settings.deep),
            substitutes=settings.substitutes,
            language=_language(settings),
            cap=settings.analysis_dollars,
            key_settings={name: provider.key_setting for name, provider in PROVIDERS.items()},
        )
        for setting, model in (
            ("TRADECORE_MODEL", _parsed(settings.default)),
            ("TRADECORE_DEEP_MODEL", _parsed(settings.deep)),
            ("TRADECORE_MODEL_FALLBACK", _parsed(settings.fallback)),
            ("TRADECORE_DIGEST_MODEL", _parsed(installation.news.digest_model)),
            *(("TRADECORE_MODEL_MAP", model) for model in settings.substitutes.values()),
        ):
            _check(router, setting, model)
        yield router


def digest_editor(router: ModelRouter, settings: NewsSettings) -> DigestEditor | None:
    """The editor of digests that the settings name; None for none. Raises Invalid for a model that is not possible."""
    model = _parsed(settings.digest_model)
    return None if model is None else DigestEditor(router.model(*model), settings.digest_dollars)


def without_found_keys(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings without the keys and addresses of vendors that no other setting names, and the names of those.

    For a demo: a key that happens to be in the environment is no reason to spend money.
    """
    chosen = {setting.partition(":")[0] for port, setting in chosen_rows(settings) if port == "language"}
    models = settings.models
    unused = [name for name, provider in PROVIDERS.items() if provider.configured(models) and name not in chosen]
    if settings.analyses.engine == DESK or not unused:
        return settings, ()
    fields = [f"{name}_{part}" for name in unused for part in ("api_key", "base_url")]
    found = tuple(field.upper() for field in fields if getattr(models, field))
    return evolve(settings, models=models.model_copy(update=dict.fromkeys(fields))), found


def default_label(engines: Engines, router: ModelRouter) -> str:
    """The engine of analyses that name none, for /health: of the desk the reasoner, of others name and version."""
    engine = engines.preferred
    if engine.name == RULES:
        return router.rules.name
    return router.default_engine if engine.name == DESK else f"{engine.name} {engine.describe().version}"


def describe_engines(engines: Engines, router: ModelRouter, settings: ModelSettings) -> str:
    """Half a sentence for the administrator: which engine handles analyses, and what that may cost."""
    models, name = _describe_models(router, settings), engines.preferred.name
    return (
        models if name == (DESK if router.providers else RULES) else f"{name}, unless a launch names another; {models}"
    )


def _describe_models(router: ModelRouter, settings: ModelSettings) -> str:
    if settings.replay is not None:
        return f"answers recorded in {settings.replay}; no language model is called, and nothing is billed"
    if not router.providers:
        return f"the {router.rules.name}, whichever model is requested; no language model is configured"
    bound = "without a limit on costs" if router.cap is None else f"at most ${router.cap:f} an analysis"
    models = f"the language models of {', '.join(router.providers)}"
    return f"{models}, {bound}, and the {router.rules.name} on request"


def _limited(factory: ModelFactory, settings: ModelSettings, semaphore: Semaphore) -> ModelFactory:
    """The factory with the limit on concurrent calls, counted, and with recording where it is set."""
    from tradecore_adapters.language.concurrency import ConcurrencyLimit
    from tradecore_adapters.language.recorded import RecordingModel
    from tradecore_adapters.telemetry.models import ObservedModel

    def make(name: str) -> LanguageModel:
        model = ConcurrencyLimit(ObservedModel(factory(name)), semaphore)
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


def _language(settings: ModelSettings) -> Language:
    try:
        return language_of(settings.language)
    except Invalid as error:
        raise Invalid.one("TRADECORE_LANGUAGE", f"TRADECORE_LANGUAGE: {error}") from None


def _check(router: ModelRouter, setting: str, model: tuple[str, str] | None) -> None:
    if model is None:
        return
    provider, name = model
    if not router.allows(provider, name):
        raise Invalid.one(setting, f"{setting} names {provider}:{name}, which TRADECORE_MODELS does not allow.")
    if provider not in router.providers:
        known = provider in PROVIDERS
        hint = f"set {PROVIDERS[provider].key_setting}" if known else f"use {' or '.join(rows('language'))}"
        raise Invalid.one(setting, f"{setting} names the provider {provider!r}, which is not configured; {hint}.")
