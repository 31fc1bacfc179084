"""Webhooks: the schedule of attempts, secrets that overlap, and receivers that are gone."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.errors import IllegalMove
from tradecore.model.ids import UserId, WebhookId
from tradecore.model.webhooks import (
    LEASE,
    ROTATION,
    WAITS,
    DeliveryState,
    Webhook,
    WebhookAnswer,
    WebhookDelivery,
)

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WEBHOOK = Webhook(
    id=WebhookId("w"), user=UserId("ann"), url="https://example.com", kinds=("alert",), secret="new", created_at=AT
)
DELIVERY = WebhookDelivery.of(WEBHOOK, 7, "alert", "{}", at=AT).entity


def attempt(delivery: WebhookDelivery, answer: WebhookAnswer | None, at: datetime) -> WebhookDelivery:
    return delivery.take(at=at).entity.finish(answer, "It is down." if answer is None else "", at=at).entity


def test_the_id_is_that_of_the_webhook_and_the_position() -> None:
    same = WebhookDelivery.of(WEBHOOK, 7, "alert", "{}", at=AT + timedelta(days=1)).entity
    other = WebhookDelivery.of(WEBHOOK, 8, "alert", "{}", at=AT).entity
    assert same.id == DELIVERY.id != other.id
    assert DELIVERY.id.startswith("msg_")


def test_an_attempt_is_taken_for_a_while_and_a_success_ends_it() -> None:
    taken = DELIVERY.take(at=AT).entity
    assert (taken.next_try, taken.attempts, taken.state) == (AT + LEASE, 1, DeliveryState.PENDING)
    done = taken.finish(WebhookAnswer(204), at=AT).entity
    assert (done.state, done.next_try, done.status, done.error) == (DeliveryState.DELIVERED, None, 204, "")
    with pytest.raises(IllegalMove):
        done.take(at=AT).entity.finish(WebhookAnswer(200), at=AT).entity.finish(WebhookAnswer(200), at=AT)


def test_attempts_spread_over_a_day_and_then_the_delivery_has_failed() -> None:
    delivery, at = DELIVERY, AT
    for wait in WAITS:
        delivery = attempt(delivery, None, at)
        assert (delivery.state, delivery.next_try, delivery.error) == (DeliveryState.PENDING, at + wait, "It is down.")
        at += wait
    assert at - AT > timedelta(hours=24)
    delivery = attempt(delivery, WebhookAnswer(500), at)
    assert (delivery.state, delivery.next_try, delivery.attempts) == (DeliveryState.FAILED, None, len(WAITS) + 1)
    assert (delivery.status, delivery.error) == (500, "The receiver answered with 500.")


def test_a_delivery_that_failed_or_succeeded_can_be_repeated_under_its_id() -> None:
    for answer in (WebhookAnswer(410), WebhookAnswer(200)):
        again = attempt(DELIVERY, answer, AT).retry(at=AT + timedelta(days=2)).entity
        assert (again.id, again.state, again.attempts) == (DELIVERY.id, DeliveryState.PENDING, 0)
        assert again.next_try == AT + timedelta(days=2)


@pytest.mark.parametrize(("asked", "wait"), [(1, WAITS[0]), (600, timedelta(minutes=10)), (10**9, WAITS[-1])])
def test_a_receiver_may_ask_to_be_called_later_within_reason(asked: int, wait: timedelta) -> None:
    assert attempt(DELIVERY, WebhookAnswer(503, asked), AT).next_try == AT + wait


def test_a_receiver_that_is_gone_ends_its_webhook_until_somebody_enables_it() -> None:
    gone = attempt(DELIVERY, WebhookAnswer(410), AT)
    ended = WEBHOOK.after(gone, at=AT)
    assert (gone.state, ended.enabled, "410" in ended.disabled_reason) == (DeliveryState.FAILED, False, True)
    assert not ended.wants("alert")
    enabled = ended.change(at=AT, enabled=True)
    assert (enabled.wants("alert"), enabled.disabled_reason, enabled.failing_since) == (True, "", None)


def test_a_webhook_fails_from_its_first_failure_to_its_next_success() -> None:
    failing = WEBHOOK.after(attempt(DELIVERY, None, AT), at=AT)
    later = AT + timedelta(hours=1)
    assert failing.after(attempt(DELIVERY, WebhookAnswer(500), later), at=later) == failing
    assert failing.failing_since == AT
    assert failing.after(attempt(DELIVERY, WebhookAnswer(200), later), at=later) == WEBHOOK


def test_after_a_rotation_both_secrets_sign_for_a_day() -> None:
    rotated = WEBHOOK.rotate("newer", at=AT)
    assert WEBHOOK.secrets(AT) == ("new",)
    assert rotated.secrets(AT) == rotated.secrets(AT + ROTATION - timedelta(seconds=1)) == ("newer", "new")
    assert rotated.secrets(AT + ROTATION) == ("newer",)
    assert not [secret for secret in ("newer", "'new'") if secret in repr(rotated)]
