"""`tradecore doctor --models`: one small question to every language model that the settings name."""

import json
import time
from collections.abc import Iterator

import rich_click as click

from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import RULES
from tradecore.model.errors import Refusal
from tradecore.ports.language import Prompt, Reply, ResponseFormat
from tradecore_app.assembly import assemble
from tradecore_app.settings import parse_model, read_settings
from tradecore_app.settings.models import ModelSettings

_ANSWER = ResponseFormat(
    "answer",
    {
        "type": "object",
        "properties": {"ready": {"type": "boolean"}},
        "required": ["ready"],
        "additionalProperties": False,
    },
)
_QUESTION = Prompt(
    "You answer in JSON and nothing else.", "This is a check of the connection.", 'Answer {"ready": true}.', _ANSWER
)


async def check_models() -> bool:
    """Ask each named model once, without spending from anybody's budget, and print what happened.

    Whether all of them answered; False as well where the settings name no model.
    """
    settings = read_settings()
    names = tuple(dict.fromkeys(_named(settings.models)))
    if not names:
        click.echo("  FAIL  models: no setting names a model; set TRADECORE_MODEL, or TRADECORE_MODELS for several.")
        return False
    passed = True
    async with assemble(settings) as assembled:
        for name in names:
            try:
                click.echo(f"  ok    {name}: {await _ask(assembled.router, name)}")
            except Refusal as refusal:
                passed = False
                click.echo(f"  FAIL  {name}: {refusal}")
    return passed


def _named(settings: ModelSettings) -> Iterator[str]:
    for model in (settings.default, settings.deep, settings.fallback, *settings.allowed):
        if model and model != RULES:
            yield model
    yield from (":".join(model) for model in settings.substitutes.values())


async def _ask(router: ModelRouter, name: str) -> str:
    start = time.monotonic()
    reply = await router.model(*parse_model(name), fallback=False).ask(_QUESTION)
    call = reply.call
    cost = "no price is known" if call.cost is None else f"${call.cost:f}"
    form = "" if _keeps_the_form(reply) else ", but not in the requested form"
    tokens = call.input_tokens + call.output_tokens
    return f"answers in {time.monotonic() - start:.1f} s{form}; {tokens} tokens, {cost}"


def _keeps_the_form(reply: Reply) -> bool:
    try:
        return isinstance(json.loads(reply.text)["ready"], bool)
    except (ValueError, TypeError, KeyError):
        return False
