"""People: one spelling per address, and nothing secret in what is printed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.ids import KeyId, SessionId, UserId
from tradecore.model.users import ROTATION_GRACE, ApiKey, Session, User, fingerprint, normalize_email

AT = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.text(max_size=400))
def test_an_address_is_refused_or_spelled_one_way(text: str) -> None:
    try:
        spelled = normalize_email(text)
    except Invalid:
        return
    assert normalize_email(spelled) == spelled
    assert spelled.count("@") == 1


@pytest.mark.parametrize(
    "text", ["", "ann", "@example.com", "ann@", "a b@example.com", "a@b@c", "a\x00@b.c", "x" * 65 + "@b.c"]
)
def test_what_cannot_be_an_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        normalize_email(text)


def test_S71_nothing_secret_is_printed() -> None:
    user = User(UserId("u"), "ann@example.com", "Ann", "$argon2id$secret", AT)
    session = Session(
        SessionId("s"), UserId("u"), fingerprint("current"), True, AT, AT, used_tokens=(fingerprint("old"),)
    )
    key = ApiKey(KeyId("k"), "reader", fingerprint("key"), AT)
    printed = repr((user, session, key))
    for secret in ("$argon2id$secret", fingerprint("current"), fingerprint("old"), fingerprint("key")):
        assert secret not in printed


def test_only_replaced_tokens_betray_and_the_last_one_only_after_a_while() -> None:
    session = Session(SessionId("s"), UserId("u"), fingerprint("first"), True, AT, AT + timedelta(days=7))
    session = session.rotate("second", at=AT).entity
    session = session.rotate("third", at=AT).entity
    assert session.is_current("third")
    assert session.is_reused("first", AT)
    assert not session.is_reused("second", AT + ROTATION_GRACE)
    assert session.is_reused("second", AT + ROTATION_GRACE + timedelta(microseconds=1))
    assert not session.is_reused("never given", AT)
