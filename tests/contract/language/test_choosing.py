"""What the settings say of language models, from a key to whoever is asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner
from pydantic import SecretStr

from model_vendors import PROMPT, FakeVendors
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import DESK, Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.use_cases.engines import Engines
from tradecore_adapters.market.sample import SampleMarket
from tradecore_app.adapters import open_context
from tradecore_app.commands.doctor import doctor
from tradecore_app.model_router import PROVIDERS, default_label, describe_engines, open_model_router
from tradecore_app.settings import read_settings


def reachable(vendors: FakeVendors, *names: str) -> dict[str, Any]:
    """Settings that lead to some of the vendors."""
    paths = {"openai": "/v1", "anthropic": ""}
    return {
        setting: value
        for name in names
        for setting, value in (
            (f"{name}_api_key", SecretStr(vendors.key)),
            (f"{name}_base_url", vendors.url + paths[name]),
        )
    }


@asynccontextmanager
async def opened_router(**settings: Any) -> AsyncIterator[ModelRouter]:
    """The router of an installation with these settings."""
    installation = read_settings(**settings)
    async with open_context(installation) as context, open_model_router(context, installation) as router:
        yield router


def engines_of(router: ModelRouter, default: str | None = None) -> Engines:
    sources = Sources(SampleMarket())
    return Engines((Desk(sources, router, DESK), Desk(sources)), default)


def described(router: ModelRouter, settings: Any, default: str | None = None) -> str:
    return describe_engines(engines_of(router, default), router, settings)


async def router_of(**settings: Any) -> ModelRouter:
    async with opened_router(**settings) as router:
        return router


@pytest.mark.parametrize("name", sorted(PROVIDERS))
async def test_each_provider_is_there_when_it_is_configured_and_asked_by_its_name(
    name: str, vendors: FakeVendors
) -> None:
    async with opened_router(**reachable(vendors, name)) as router:
        assert list(router.providers) == [name]
        reply = await router.model(name, "some-model").ask(PROMPT)
    assert json.loads(reply.text)["stance"] == "bullish"
    assert reply.call.model.startswith(f"{name}:some-model")
    assert [request.openai for request in vendors.requests] == [name == "openai"]


@pytest.mark.parametrize("name", sorted(PROVIDERS))
async def test_an_effort_holds_for_the_models_of_every_provider(name: str, vendors: FakeVendors) -> None:
    async with opened_router(**reachable(vendors, name), model_effort="high") as router:
        await router.model(name, "some-model").ask(PROMPT)
    (request,) = vendors.requests
    assert "high" in (request.body.get("reasoning_effort"), request.body.get("output_config", {}).get("effort"))


@pytest.mark.parametrize(
    ("dollars", "sentence"),
    [
        ({"day_dollars": 1}, "TRADECORE_ANALYSIS_DOLLARS is needed as well"),
        ({"day_dollars": 1, "analysis_dollars": "1.5"}, r"give at least the \$1.5 of TRADECORE_ANALYSIS_DOLLARS"),
    ],
)
def test_a_day_needs_room_for_one_analysis(dollars: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=f"TRADECORE_DAY_DOLLARS: {sentence}"):
        read_settings(**dollars)
    assert read_settings(day_dollars=1, analysis_dollars=1).models.daily_budget == 1


def test_an_effort_that_no_vendor_knows_is_refused() -> None:
    with pytest.raises(Invalid, match="TRADECORE_MODEL_EFFORT: Input should be 'none'"):
        read_settings(model_effort="hard")


async def test_without_any_the_rules_think_and_that_is_said() -> None:
    router = await router_of()
    assert (dict(router.providers), router.default_engine) == ({}, "rule-based desk 2")
    assert "no language model is configured" in described(router, read_settings().models)


async def test_where_no_provider_is_named_that_of_the_usual_model_is_asked(vendors: FakeVendors) -> None:
    both = reachable(vendors, "openai", "anthropic")
    assert (await router_of(**both)).default_engine == "prompted desk 3 (openai)"
    assert (await router_of(**both, model="anthropic:claude-x")).default_engine == "prompted desk 3 (anthropic)"


async def test_what_it_may_cost_is_said_too(vendors: FakeVendors) -> None:
    both = reachable(vendors, "openai", "anthropic")
    assert "openai, anthropic, without a limit" in described(await router_of(**both), read_settings(**both).models)
    capped = both | {"analysis_dollars": "0.5"}
    assert "at most $0.5 an analysis" in described(await router_of(**capped), read_settings(**capped).models)


async def test_another_default_engine_is_said(vendors: FakeVendors) -> None:
    models = read_settings(**reachable(vendors, "openai")).models
    router = await router_of(**reachable(vendors, "openai"))
    assert described(router, models, "rules").startswith("rules, unless a launch names another; the language models of")
    assert default_label(engines_of(router), router) == "prompted desk 3 (openai)"
    assert default_label(engines_of(router, "rules"), router) == "rule-based desk 2"


async def test_the_fallback_is_asked_while_the_chosen_one_cannot_be_had(vendors: FakeVendors) -> None:
    settings = reachable(vendors, "openai", "anthropic") | {"model_fallback": "anthropic:claude-x"}
    async with opened_router(**settings) as router:
        vendors.faults = [401]
        reply = await router.model("openai", "gpt-x").ask(PROMPT)
        assert reply.call.model.startswith("anthropic:claude-x")
        assert router.model("anthropic", "claude-x").name == "anthropic:claude-x"


async def test_further_servers_have_a_name_of_their_own(vendors: FakeVendors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_KEY", vendors.key)
    settings = reachable(vendors, "anthropic") | {"providers": f"local={vendors.url}/v1|LOCAL_KEY", "model": "local:m"}
    async with opened_router(**settings) as router:
        assert list(router.providers) == ["local", "anthropic"]
        assert (await router.model("local", "m").ask(PROMPT)).call.model.startswith("local:m")
        vendors.faults = [401]
        with pytest.raises(Unavailable, match="LOCAL_KEY"):
            await router.model("local", "m").ask(PROMPT)
    assert all(request.openai for request in vendors.requests)


async def test_two_servers_live_side_by_side(vendors: FakeVendors) -> None:
    async with FakeVendors().serving() as other:
        vendors.key = other.key = "none"
        settings = {"providers": f"one={vendors.url}/v1,two={other.url}/v1"}
        async with opened_router(**settings) as router:
            await router.model("two", "m").ask(PROMPT)
        assert (len(vendors.requests), len(other.requests)) == (0, 1)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("local", "write NAME=URL"),
        ("local=ftp://host", "write NAME=URL"),
        ("openai=http://host/v1", "the name openai is taken"),
        ("a=http://host/v1,a=http://other/v1", "the name a is taken"),
        ("local=http://host/v1|NO_SUCH_KEY", "the key of local is expected in NO_SUCH_KEY, which is not set"),
    ],
)
def test_a_server_that_cannot_be_used_is_refused_with_what_to_write(entry: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=f"TRADECORE_PROVIDERS: {sentence}"):
        read_settings(providers=entry)


async def test_a_model_may_stand_for_another(vendors: FakeVendors) -> None:
    settings = reachable(vendors, "anthropic") | {"model_map": "gpt-4o-mini=anthropic:claude-x"}
    brief = AnalysisBrief(
        Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 1, "gpt-4o-mini", "openai"
    )
    async with opened_router(**settings) as router:
        resolved = router.resolve(brief)
        assert (resolved.provider, resolved.model) == ("anthropic", "claude-x")
        assert router.engine(resolved) == "prompted desk 3 (anthropic:claude-x)"
        # The rules stand for nothing, and other models are not touched.
        assert router.resolve(evolve(brief, provider="rules")).provider == "rules"
        assert router.resolve(evolve(brief, provider="anthropic", model="claude-y")).model == "claude-y"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"model_map": "gpt-4o-mini"}, "write NAME=PROVIDER:MODEL"),
        ({"model_map": "gpt-4o-mini=nobody:m"}, "TRADECORE_MODEL_MAP names the provider 'nobody'"),
        ({"deep_model": "anthropic:claude-x"}, "TRADECORE_DEEP_MODEL names the provider 'anthropic'"),
    ],
)
async def test_models_of_nobody_are_refused_with_their_setting(
    given: dict[str, Any], sentence: str, vendors: FakeVendors
) -> None:
    with pytest.raises(Invalid, match=sentence):
        await router_of(**(reachable(vendors, "openai") | given))


async def test_doctor_asks_each_named_model_once(
    vendors: FakeVendors, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {
        "TRADECORE_DATA": str(tmp_path),
        "OPENAI_API_KEY": vendors.key,
        "OPENAI_BASE_URL": f"{vendors.url}/v1",
        "TRADECORE_MODEL": "openai:gpt-x",
        "TRADECORE_DEEP_MODEL": "openai:gpt-y",
    }.items():
        monkeypatch.setenv(name, value)
    vendors.answer = lambda body: '{"ready": true}'
    done = await asyncio.to_thread(CliRunner().invoke, doctor, ["--models"])
    assert done.exit_code == 0, done.output
    assert "ok    openai:gpt-x: answers in" in done.output
    assert "ok    openai:gpt-y: answers in" in done.output
    assert [request.body["model"] for request in vendors.requests] == ["gpt-x", "gpt-y"]

    vendors.faults, vendors.answer = [401], lambda body: "Sure, I am ready!"
    done = await asyncio.to_thread(CliRunner().invoke, doctor, ["--models"])
    assert done.exit_code == 1
    assert "FAIL  openai:gpt-x: " in done.output
    assert "OPENAI_API_KEY" in done.output
    assert "but not in the requested form" in done.output
    assert vendors.key not in done.output


async def test_doctor_says_where_no_model_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRADECORE_DATA", str(tmp_path))
    done = await asyncio.to_thread(CliRunner().invoke, doctor, ["--models"])
    assert done.exit_code == 1
    assert "set TRADECORE_MODEL" in done.output


async def test_all_models_of_a_process_share_its_places(vendors: FakeVendors) -> None:
    settings = reachable(vendors, "openai", "anthropic") | {"model_concurrency": 2}
    async with opened_router(**settings) as router:
        vendors.gate.clear()
        asked = [asyncio.ensure_future(router.model(name, "m").ask(PROMPT)) for name in router.providers for _ in "12"]
        await vendors.crowded(2)
        vendors.gate.set()
        await asyncio.gather(*asked)
    assert (len(vendors.requests), vendors.max_in_flight) == (4, 2)


async def test_models_that_are_not_admitted_are_refused_by_name(vendors: FakeVendors) -> None:
    router = await router_of(**reachable(vendors, "openai"), models="openai:gpt-small,openai:gpt-tiny")
    assert router.model("openai", "gpt-tiny").name == "openai:gpt-tiny"
    with pytest.raises(Invalid, match="one of openai:gpt-small, openai:gpt-tiny") as refusal:
        router.model("openai", "gpt-huge")
    assert refusal.value.problems[0].field == "model"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": "anthropic:claude-x"}, "ANTHROPIC_API_KEY"),
        ({"model_fallback": "anthropic:claude-x"}, "TRADECORE_MODEL_FALLBACK"),
        ({"model_fallback": "nobody:m"}, "use openai or anthropic"),
        ({"model": "openai:a", "models": "openai:b"}, "TRADECORE_MODELS does not allow"),
        ({"model_prices": "gpt-x=cheap"}, "TRADECORE_MODEL_PRICES"),
        ({"model_replay": Path("nowhere")}, "TRADECORE_MODEL_REPLAY names no folder: 'nowhere'"),
        ({"openai_base_url": "somewhere"}, "OPENAI_BASE_URL"),
        ({"openai_api_key": SecretStr("two\nlines")}, "OPENAI_API_KEY"),
    ],
)
async def test_what_cannot_work_is_refused_at_the_start_with_the_setting(
    given: dict[str, Any], said: str, vendors: FakeVendors
) -> None:
    with pytest.raises((Invalid, Unavailable), match=said) as refusal:
        await router_of(**(reachable(vendors, "openai") | given))
    assert vendors.key not in str(refusal.value)
    assert "two" not in str(refusal.value)


async def test_kept_answers_need_no_key(tmp_path: Path) -> None:
    router = await router_of(model_replay=tmp_path)
    assert "nothing is billed" in described(router, read_settings(model_replay=tmp_path).models)
    assert sorted(router.providers) == sorted(PROVIDERS)
    with pytest.raises(Unavailable, match="No answer of openai:gpt-x"):
        await router.model("openai", "gpt-x").ask(PROMPT)
