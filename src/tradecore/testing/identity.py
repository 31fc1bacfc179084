"""The contracts of `tradecore.ports.identity`: subclass `IdentitySuite` and give an identity."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.errors import NotAuthenticated
from tradecore.model.ids import SessionId, UserId
from tradecore.ports.identity import Identity

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_ANN, _SESSION = UserId("ann"), SessionId("session")


class IdentitySuite:
    """What password hashes and access tokens promise. Give `identity`."""

    @pytest.fixture
    def identity(self) -> Identity:
        """Passwords and tokens."""
        raise NotImplementedError("Override the fixture identity; it returns an Identity.")

    @pytest.mark.parametrize(
        "password", ["correct horse", "ü" * 64, "x" * 128, " spaces  inside ", "密码密码密码密码", "\x00zero"]
    )
    async def test_a_password_matches_exactly_itself(self, identity: Identity, password: str) -> None:
        hashed = await identity.passwords.hash(password)
        assert password not in hashed
        check = await identity.passwords.check(password, hashed)
        assert (check.matches, check.outdated) == (True, False)
        assert not (await identity.passwords.check(password + " ", hashed)).matches

    async def test_each_hash_has_its_own_salt(self, identity: Identity) -> None:
        assert await identity.passwords.hash("same password") != await identity.passwords.hash("same password")

    async def test_no_hash_and_a_broken_one_never_match(self, identity: Identity) -> None:
        for against in (None, "", "$argon2id$broken", "plain"):
            assert not (await identity.passwords.check("", against)).matches
            assert not (await identity.passwords.check("plain", against)).matches

    def test_a_token_names_its_user_and_session_until_it_expires(self, identity: Identity) -> None:
        token = identity.tokens.issue(_ANN, _SESSION, at=_AT, lifetime=_HOUR)
        claims = identity.tokens.read(token, at=_AT + _HOUR - timedelta(seconds=1))
        assert (claims.user, claims.session, claims.expires_at) == (_ANN, _SESSION, _AT + _HOUR)
        with pytest.raises(NotAuthenticated):
            identity.tokens.read(token, at=_AT + _HOUR)

    def test_two_tokens_are_never_the_same(self, identity: Identity) -> None:
        issued = {identity.tokens.issue(_ANN, _SESSION, at=_AT, lifetime=_HOUR) for _ in range(100)}
        assert len(issued) == 100

    def test_a_token_is_not_valid_before_it_was_issued(self, identity: Identity) -> None:
        token = identity.tokens.issue(_ANN, _SESSION, at=_AT, lifetime=_HOUR)
        with pytest.raises(NotAuthenticated):
            identity.tokens.read(token, at=_AT - _HOUR)

    def test_a_changed_token_is_refused(self, identity: Identity) -> None:
        token = identity.tokens.issue(_ANN, _SESSION, at=_AT, lifetime=_HOUR)
        for at in (0, len(token) // 2, len(token) - 4):
            changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
            with pytest.raises(NotAuthenticated):
                identity.tokens.read(changed, at=_AT)

    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(token=st.text(max_size=200))
    def test_any_other_text_is_refused(self, identity: Identity, token: str) -> None:
        with pytest.raises(NotAuthenticated):
            identity.tokens.read(token, at=_AT)
