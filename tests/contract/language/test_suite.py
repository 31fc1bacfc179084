"""The contract of language models over every row that is installed, the models around them, and the scripted one."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from model_vendors import FakeVendors
from opening import open_adapter
from tradecore.ports.language import LanguageModel
from tradecore.testing import LanguageModelSuite, ScriptedModel
from tradecore_app.registry import rows

ANSWER = json.dumps({"stance": "bullish", "score": 0.5})


class TestVendors(LanguageModelSuite):
    @pytest.fixture(params=list(rows("language")))
    async def language_model(
        self, request: pytest.FixtureRequest, vendors: FakeVendors, tmp_path: Path
    ) -> AsyncIterator[LanguageModel]:
        key: Any = SecretStr(vendors.key)
        settings = {
            "openai": {"openai_api_key": key, "openai_base_url": f"{vendors.url}/v1"},
            "anthropic": {"anthropic_api_key": key, "anthropic_base_url": vendors.url},
        }
        prices = "gpt-priced=2/0.50/8"
        own: dict[str, Any] = settings.get(request.param, {})
        async with open_adapter(
            "language", f"{request.param}:", data=tmp_path, model_prices=prices, **own
        ) as make_model:
            yield make_model("gpt-priced")


class TestScriptedModel(LanguageModelSuite):
    @pytest.fixture
    def language_model(self) -> LanguageModel:
        return ScriptedModel(answer=lambda prompt: ANSWER)
