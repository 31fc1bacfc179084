"""Who of the users of an identity provider may sign in, and what happens without one."""

import pytest

from tradecore.model.errors import IllegalMove
from tradecore.ports.identity import ProviderUser
from tradecore.use_cases.provider_login import BeginProviderLogin, ProviderPolicy
from tradecore_adapters.ambient import now


def user(*groups: str) -> ProviderUser:
    return ProviderUser("https://issuer.example", "ann-1", "ann@example.com", True, "Ann", groups)


@pytest.mark.parametrize(
    ("email", "admitted"),
    [
        ("ann@example.com", True),
        ("ann@sub.example.com", False),
        ("ann@example.com.evil.example", False),
        ("example.com@evil.example", False),
    ],
)
def test_a_domain_admits_its_own_addresses_only(email: str, admitted: bool) -> None:
    assert ProviderPolicy(domains=("Example.com",)).admits(user(), email) is admitted


def test_a_group_admits_its_members_only() -> None:
    policy = ProviderPolicy(groups=("traders", "admins"))
    assert policy.admits(user("staff", "traders"), "ann@anywhere.example")
    assert not policy.admits(user("staff"), "ann@anywhere.example")
    assert not policy.admits(user(), "ann@anywhere.example")


def test_with_domains_and_groups_a_user_needs_both() -> None:
    policy = ProviderPolicy(domains=("example.com",), groups=("traders",))
    assert policy.admits(user("traders"), "ann@example.com")
    assert not policy.admits(user("traders"), "ann@evil.example")
    assert not policy.admits(user(), "ann@example.com")


async def test_without_a_provider_nobody_can_begin() -> None:
    with pytest.raises(IllegalMove, match="no identity provider"):
        await BeginProviderLogin(None, now)("https://app.example.com")
