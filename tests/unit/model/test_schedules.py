"""Schedules: which combinations are possible, pausing and going on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.errors import Invalid
from tradecore.model.ids import ScheduleId, UserId, WatchlistId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.schedules import AfterClose, CronTime, Exchange, Schedule, ScheduledAnalyses, ScheduledDigest
from tradecore.model.steps import Analyst

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NVDA = Asset(Symbol("NVDA"), AssetType.EQUITY)
DIGEST = ScheduledDigest(reader=UserId("me"), hours=24)
EIGHT = CronTime("0 8 * * *", "UTC")


def analyses(**otherwise: Any) -> ScheduledAnalyses:
    chosen = {"assets": (NVDA,), "analysts": (Analyst.TECHNICAL,), "depth": 1, "model": "rules"}
    return ScheduledAnalyses(**{**chosen, **otherwise})


def schedule(**otherwise: Any) -> Schedule:
    chosen = {"name": "Morning", "cron": EIGHT, "digest": DIGEST, "next_due": AT}
    return Schedule(id=ScheduleId("s"), user=UserId("ann"), created_at=AT, **{**chosen, **otherwise})


@pytest.mark.parametrize(
    ("field", "otherwise"),
    [
        ("name", {"name": ""}), ("name", {"name": "x" * 101}), ("cron", {"cron": None}),
        ("cron", {"close": AfterClose(Exchange.NEW_YORK)}), ("analyses", {"digest": None}),
        ("analyses", {"analyses": analyses()}), ("catch_up", {"catch_up": timedelta(hours=25)}),
        ("catch_up", {"catch_up": timedelta(seconds=-1)}),
    ],
)  # fmt: skip
def test_a_schedule_has_one_kind_of_times_and_one_thing_to_do(field: str, otherwise: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        schedule(**otherwise)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("field", "otherwise"),
    [
        ("watchlist", {"assets": ()}), ("watchlist", {"watchlist": WatchlistId("w")}),
        ("assets", {"assets": (NVDA, NVDA)}),
        ("analysts", {"analysts": ()}), ("analysts", {"analysts": (Analyst.NEWS,) * 2}), ("depth", {"depth": 6}),
        ("max_cost", {"max_cost": Decimal(-1)}), ("issue", {"issue": True, "compared": ("rules", "prompted")}),
    ],
)  # fmt: skip
def test_analyses_that_are_not_possible_are_refused(field: str, otherwise: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        analyses(**otherwise)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("minutes", [-1, 721])
def test_a_run_comes_within_half_a_day_after_a_close(minutes: int) -> None:
    with pytest.raises(Invalid):
        AfterClose(Exchange.NEW_YORK, timedelta(minutes=minutes))


def test_a_schedule_pauses_and_goes_on_without_missing_anything() -> None:
    running = schedule()
    paused = running.disable()
    assert (paused.enabled, paused.next_due, paused.disabled_reason) == (False, None, "")
    assert running.disable("Gone.").enable(AT) == running
    later = AT + timedelta(days=1)
    assert running.advance(later, missed=2).advance(later, missed=1) == evolve(running, next_due=later, missed=3)
    assert running.topic == "schedule:s"
