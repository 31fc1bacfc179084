"""Webhooks of users: which addresses and kinds are possible, and what only their owner may do."""

import base64
from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.users import Caller
from tradecore.use_cases.webhooks import (
    MAX_WEBHOOKS,
    CreateWebhook,
    DeleteWebhook,
    ListWebhooks,
    UpdateWebhook,
    WebhookRules,
)

URL = "https://example.com/hooks"
RULES = WebhookRules(("alert", "digest_ready"), https_only=False)


def encrypt(text: str, owner: str) -> str:
    return f"{owner}:{text[::-1]}"


def create(world: Any, rules: WebhookRules = RULES) -> CreateWebhook:
    return CreateWebhook(world.store, world.now, world.new_id, world.new_id, encrypt, rules)


def update(world: Any) -> UpdateWebhook:
    return UpdateWebhook(world.store, world.now, world.new_id, encrypt, RULES)


async def test_a_webhook_has_a_secret_of_32_bytes_that_is_stored_encrypted(world: Any, ann: Caller) -> None:
    created = await create(world)(URL, ["alert", "alert"], by=ann)
    assert created.secret is not None
    assert len(base64.b64decode(created.secret.removeprefix("whsec_"))) == 32
    assert await ListWebhooks(world.store)(by=ann) == (created.webhook,)
    assert (created.webhook.kinds, created.webhook.secret) == (("alert",), encrypt(created.secret, ann.user))
    assert created.secret not in repr(created)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "ftp://example.com", "http://", "https://:443/", "https://user@example.com/",
        "https://u:p@example.com/", "https://example.com/#part", "https://exa mple.com/", "https://[", "javascript:1",
        "https://example.com:99999/", "https://example.com/\n", "https://exämple.com/",
        f"https://example.com/{'x' * 2000}", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_an_address_that_cannot_be_posted_to_is_refused(world: Any, ann: Caller, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        await create(world)(url, ["alert"], by=ann)
    assert [problem.field for problem in refused.value.problems] == ["url"]
    made = await create(world)(URL, ["alert"], by=ann)
    with pytest.raises(Invalid):
        await update(world)(made.webhook.id, by=ann, url=url)


async def test_a_production_server_posts_over_https_only(world: Any, ann: Caller) -> None:
    strict = create(world, WebhookRules(("alert",), https_only=True))
    with pytest.raises(Invalid, match="https, such as"):
        await strict("http://example.com/hooks", ["alert"], by=ann)
    assert (await strict(URL, ["alert"], by=ann)).webhook.url == URL


@pytest.mark.parametrize("kinds", [(), ("alert", "weather")])
async def test_kinds_are_names_of_events(world: Any, ann: Caller, kinds: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        await create(world)(URL, kinds, by=ann)
    assert [problem.field for problem in refused.value.problems] == ["kinds"]


async def test_a_rotation_changes_the_secret_and_nothing_else_does(world: Any, ann: Caller) -> None:
    made = await create(world)(URL, ["alert"], by=ann)
    unchanged = await update(world)(made.webhook.id, by=ann, url="https://example.com/other", kinds=["digest_ready"])
    assert (unchanged.secret, unchanged.webhook.secret) == (None, made.webhook.secret)
    rotated = await update(world)(made.webhook.id, by=ann, rotate_secret=True)
    assert rotated.secret not in (None, made.secret)
    assert rotated.webhook.secrets(world.time) == (rotated.webhook.secret, made.webhook.secret)
    assert (rotated.webhook.url, rotated.webhook.kinds) == ("https://example.com/other", ("digest_ready",))


async def test_a_user_has_a_bounded_number_of_webhooks(world: Any, ann: Caller, ben: Caller) -> None:
    for _ in range(MAX_WEBHOOKS):
        await create(world)(URL, ["alert"], by=ann)
    with pytest.raises(IllegalMove):
        await create(world)(URL, ["alert"], by=ann)
    made = await create(world)(URL, ["alert"], by=ben)
    await DeleteWebhook(world.store)(made.webhook.id, by=ben)
    assert await ListWebhooks(world.store)(by=ben) == ()


async def test_a_webhook_of_another_user_is_as_unknown_as_none(world: Any, ann: Caller, ben: Caller) -> None:
    made = await create(world)(URL, ["alert"], by=ann)
    with pytest.raises(NotFound):
        await update(world)(made.webhook.id, by=ben, enabled=False)
    with pytest.raises(NotFound):
        await DeleteWebhook(world.store)(made.webhook.id, by=ben)
    assert await ListWebhooks(world.store)(by=ann) == (made.webhook,)
