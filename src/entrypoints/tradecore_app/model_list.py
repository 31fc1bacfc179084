"""The list of language models: those that settings name, and those of configured vendors with a listed price."""

from collections.abc import Iterator, Mapping

from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import RULES
from tradecore.model.language_models import ListedModel, TokenPrice
from tradecore_app.model_cutoffs import open_cutoffs
from tradecore_app.model_router import PROVIDERS
from tradecore_app.settings import parse_model
from tradecore_app.settings.models import ModelSettings


def listed_models(router: ModelRouter, settings: ModelSettings) -> Iterator[ListedModel]:
    """The models, the default first; with an allow-list those on it only.

    A vendor that is not configured is listed with the setting that would configure it, where a setting names one of its
    models.
    """
    # The tables of prices are read where models are, and not by processes that call none.
    from tradecore_adapters.language.prices import ANTHROPIC, OPENAI, Price, price_of, read_prices

    listed: Mapping[str, Mapping[str, Price]] = {"openai": OPENAI, "anthropic": ANTHROPIC}
    own_server = {"openai": not settings.openai_base_url, "anthropic": not settings.anthropic_base_url}
    given, cutoff = read_prices(settings.prices), open_cutoffs(settings)
    named = [parse_model(name) for name in (settings.default, settings.deep, settings.fallback) if name]
    named += [parse_model(name) for name in settings.allowed]
    named += settings.substitutes.values()
    if not settings.allowed:
        named += [(provider, name) for provider in listed if provider in router.providers for name in listed[provider]]
    for provider, name in dict.fromkeys(named):
        if provider == RULES:
            continue
        price = price_of(name, *((given, listed[provider]) if own_server.get(provider) else (given,)))
        yield ListedModel(
            name=name,
            provider=provider,
            unavailable=_unavailable(router, provider),
            price=None if price is None else TokenPrice(price.rates.input, price.rates.cached, price.rates.output),
            cutoff=cutoff(f"{provider}:{name}"),
            default=settings.default == f"{provider}:{name}",
        )


def _unavailable(router: ModelRouter, provider: str) -> str:
    if provider in router.providers:
        return ""
    if provider in PROVIDERS:
        return f"The provider {provider} has no key here."
    return f"The provider {provider} is not configured here."
