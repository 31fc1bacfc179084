"""Engines: which one makes an analysis follows from the brief and from the installation."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from scripted_model import ScriptedModel
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import DESK, Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.use_cases.engines import Engines, ListEngines

Brief = Callable[..., AnalysisBrief]


@pytest.fixture
def rules(world: Any) -> Desk:
    return Desk(Sources(world.market))


@pytest.fixture
def desk(world: Any) -> Desk:
    return Desk(Sources(world.market), ModelRouter(providers={"acme": lambda _: ScriptedModel()}))


@pytest.mark.parametrize(
    ("default", "fields", "name"),
    [
        (None, {}, "desk"),
        (None, {"provider": " Rules"}, "rules"),
        (None, {"engine": "rules", "provider": "acme"}, "rules"),
        ("rules", {"provider": "acme"}, "rules"),
        ("rules", {"engine": "desk"}, "desk"),
    ],
)
def test_a_brief_names_its_engine_or_gets_the_default(
    desk: Desk, rules: Desk, brief: Brief, default: str | None, fields: dict[str, Any], name: str
) -> None:
    engines = Engines((desk, rules), default)
    engine, resolved = engines.resolve(brief(**fields))
    assert (engine.name, resolved.engine) == (name, name)
    assert engines.select(resolved) is engine


def test_without_a_default_the_first_engine_that_can_run_is_preferred(world: Any, rules: Desk, brief: Brief) -> None:
    silent = Desk(Sources(world.market), name=DESK)
    assert Engines((silent, rules)).preferred is rules
    with pytest.raises(Invalid, match="The engine desk is not available: No language model"):
        Engines((silent, rules)).resolve(brief(engine="desk"))


def test_an_unknown_engine_is_refused_with_those_there_are(desk: Desk, rules: Desk, brief: Brief) -> None:
    with pytest.raises(Invalid) as refused:
        Engines((desk, rules)).resolve(brief(engine="x" * 99))
    assert str(refused.value) == f"There is no engine '{'x' * 40}…' here. There are: desk, rules."
    assert [problem.field for problem in refused.value.problems] == ["engine"]


def test_engines_that_do_not_fit_together_are_refused(world: Any, desk: Desk, rules: Desk) -> None:
    silent = Desk(Sources(world.market), name=DESK)
    for rows, default, reason in (
        ((desk, rules), "other", "There is no engine 'other'"),
        ((silent, rules), "desk", "The engine desk is not available"),
        ((desk, evolve(rules, name="desk")), None, "Two engines have the same name"),
    ):
        with pytest.raises(Invalid, match=reason):
            Engines(rows, default)


async def test_the_list_has_engines_that_cannot_run_here_too(world: Any, rules: Desk) -> None:
    silent = Desk(Sources(world.market), name=DESK)
    listed = await ListEngines(world.store, Engines((silent, rules)))()
    assert [(engine.name, bool(engine.description.unavailable)) for engine in listed] == [
        ("desk", True),
        ("rules", False),
    ]
