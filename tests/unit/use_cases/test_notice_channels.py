"""Channels for notices: made of URLs that nobody sees again, changed and deleted by their owners, and tried."""

from datetime import time
from typing import Any

import pytest
from attrs import evolve

from notice_services import SENT, Services
from tradecore.model.errors import IllegalMove, Invalid, NotFound, Unavailable
from tradecore.model.notices import NoticeOutcome, NoticeResult, QuietHours
from tradecore.model.users import Caller
from tradecore.use_cases.notice_channels import (
    MAX_CHANNELS,
    CreateNoticeChannel,
    DeleteNoticeChannel,
    ListNoticeChannels,
    TryNoticeChannel,
    UpdateNoticeChannel,
)
from tradecore_adapters.cron.cronsim import CronSimTimes

NIGHT = QuietHours(time(22), time(7), "Europe/Berlin")
CLOCKS = CronSimTimes()


def encrypt(text: str, owner: str) -> str:
    return f"{owner}:{text[::-1]}"


def decrypt(text: str, owner: str) -> str:
    return text.removeprefix(f"{owner}:")[::-1]


def creating(world: Any) -> CreateNoticeChannel:
    return CreateNoticeChannel(world.store, world.now, world.new_id, Services(), encrypt, CLOCKS)


async def test_a_channel_is_named_after_its_service_and_its_url_is_encrypted(world: Any, ann: Caller) -> None:
    made = await creating(world)("chat://secret", ["digest_ready", "job_failed", "digest_ready"], by=ann)
    assert (made.name, made.service, made.kinds) == ("Chat", "Chat", ("digest_ready", "job_failed"))
    named = await creating(world)("chat://secret", ["digest_ready"], by=ann, name="Phone", quiet_hours=NIGHT)
    assert (named.name, named.quiet_hours) == ("Phone", NIGHT)
    assert "secret" not in f"{made} {made.url}"
    assert set(await ListNoticeChannels(world.store)(by=ann)) == {made, named}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "nonsense"}, "url"),
        ({"url": "chat://" + "x" * 2000}, "url"),
        ({"url": "chat://a\nb"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["weather"]}, "kinds"),
        ({"name": ""}, "name"),
        ({"quiet_hours": evolve(NIGHT, time_zone="Europe/Atlantis")}, "quiet_hours.time_zone"),
    ],
)
async def test_what_is_not_possible_is_refused(world: Any, ann: Caller, changes: Any, field: str) -> None:
    fields = {"url": "chat://secret", "kinds": ["digest_ready"], **changes}
    with pytest.raises(Invalid) as refused:
        await creating(world)(fields.pop("url"), fields.pop("kinds"), by=ann, **fields)
    assert [problem.field for problem in refused.value.problems] == [field]
    made = await creating(world)("chat://secret", ["digest_ready"], by=ann)
    changes.pop("url", None)
    if changes:
        with pytest.raises(Invalid):
            await UpdateNoticeChannel(world.store, world.now, CLOCKS)(made.id, by=ann, **changes)


async def test_a_user_has_no_more_channels_than_the_limit(world: Any, ann: Caller, ben: Caller) -> None:
    for _ in range(MAX_CHANNELS):
        await creating(world)("chat://secret", ["digest_ready"], by=ann)
    with pytest.raises(IllegalMove):
        await creating(world)("chat://secret", ["digest_ready"], by=ann)
    assert await creating(world)("chat://secret", ["digest_ready"], by=ben)


async def test_a_change_leaves_the_rest_as_it_is(world: Any, ann: Caller) -> None:
    made = await creating(world)("chat://secret", ["digest_ready"], by=ann, quiet_hours=NIGHT)
    update = UpdateNoticeChannel(world.store, world.now, CLOCKS)
    changed = await update(made.id, by=ann, name="Phone", kinds=["job_failed"], enabled=False)
    assert (changed.name, changed.kinds, changed.enabled) == ("Phone", ("job_failed",), False)
    assert (changed.url, changed.quiet_hours) == (made.url, NIGHT)
    assert (await update(made.id, by=ann, quiet_hours=None)).quiet_hours is None


async def test_a_channel_is_tried_at_once_with_its_url(world: Any, ann: Caller) -> None:
    made = await creating(world)("chat://secret", ["digest_ready"], by=ann)
    services = Services()
    assert await TryNoticeChannel(world.store, services, decrypt)(made.id, by=ann) == SENT
    assert [message.url for message in services.sent] == ["chat://secret"]

    async def refuse(message: object) -> NoticeOutcome:
        return NoticeOutcome(NoticeResult.REFUSED, "The status of its answer is 401.")

    refused = await TryNoticeChannel(world.store, Services(refuse), decrypt)(made.id, by=ann)
    assert refused.error == "The status of its answer is 401."

    def lost(text: str, owner: str) -> str:
        raise Unavailable("The secret of the installation has changed.")

    with pytest.raises(Unavailable):
        await TryNoticeChannel(world.store, services, lost)(made.id, by=ann)


async def test_channels_are_of_their_owner(world: Any, ann: Caller, ben: Caller) -> None:
    made = await creating(world)("chat://secret", ["digest_ready"], by=ann)
    for call in (
        UpdateNoticeChannel(world.store, world.now, CLOCKS)(made.id, by=ben, enabled=False),
        DeleteNoticeChannel(world.store)(made.id, by=ben),
        TryNoticeChannel(world.store, Services(), decrypt)(made.id, by=ben),
    ):
        with pytest.raises(NotFound):
            await call
    await DeleteNoticeChannel(world.store)(made.id, by=ann)
    assert await ListNoticeChannels(world.store)(by=ann) == ()
