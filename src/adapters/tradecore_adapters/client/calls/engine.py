"""Requests about engines and language models, and what these took."""

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call


def engines() -> Call[models.Engines]:
    """The engines that a launch can name."""
    return Call(models.Engines, "GET", "/api/engines")


def language_models() -> Call[models.Models]:
    """The language models that a launch can name, the default first."""
    return Call(models.Models, "GET", "/api/models")


def usage(days: int = 30) -> Call[models.Usage]:
    """What language models took for the caller in the last days (UTC), by model and agent."""
    return Call(models.Usage, "GET", "/api/usage", query={"days": str(days)})
