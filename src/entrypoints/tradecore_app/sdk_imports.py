"""The SDKs of language models, imported before the first call needs them."""

from contextlib import suppress

from tradecore.engines.desk.model_router import ModelRouter
from tradecore_app.settings.models import ModelSettings


async def import_sdks(router: ModelRouter, settings: ModelSettings) -> None:
    """Import the SDKs of the configured providers one after the other, in a thread.

    Processes that live long and run jobs do so when they have started: the first call would else take up to three
    seconds longer. An SDK that is not installed is left to the first call, which says how to install it.
    """
    if settings.replay is not None or not router.providers:
        return
    from tradecore_adapters.language import anthropic, openai
    from tradecore_adapters.language.transport import import_sdk

    apis = {"openai": openai.API, "anthropic": anthropic.API, **dict.fromkeys(settings.servers, openai.API)}
    for api in (apis[name] for name in router.providers if name in apis):
        with suppress(ImportError):
            await import_sdk(api.provider, api.modules)
