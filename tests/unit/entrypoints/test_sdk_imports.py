"""The SDKs of configured providers are imported before the first call, and no others."""

import subprocess
import sys

import pytest

from scripted_model import ScriptedModel
from tradecore.engines.desk.model_router import ModelRouter
from tradecore_app.sdk_imports import import_sdks
from tradecore_app.settings import read_settings

_SCRIPT = """
import asyncio, sys
from tradecore.engines.desk.model_router import ModelRouter
from tradecore_app.sdk_imports import import_sdks
from tradecore_app.settings import read_settings
settings = read_settings(providers="acme=http://127.0.0.1:9/v1").models
asyncio.run(import_sdks(ModelRouter(providers={"acme": None, "of another package": None}), settings))
print(*sorted({"openai", "anthropic", "openai.resources.chat.completions"} & set(sys.modules)))
"""


def test_a_server_with_the_api_of_openai_needs_the_sdk_of_openai_only() -> None:
    result = subprocess.run([sys.executable, "-c", _SCRIPT], check=True, capture_output=True, text=True)
    assert result.stdout.split() == ["openai", "openai.resources.chat.completions"]


async def test_an_sdk_that_is_not_installed_is_left_to_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    settings = read_settings(openai_api_key="k").models
    await import_sdks(ModelRouter(providers={"openai": lambda _: ScriptedModel()}), settings)
