"""What TRADECORE_ENV=production refuses, and that each sentence says what to change."""

from pathlib import Path
from typing import Any

import pytest

from tradecore.model.errors import Invalid
from tradecore_adapters.ambient import new_secret
from tradecore_app.production import require_production_secrets, require_production_server
from tradecore_app.settings import Settings, read_settings

GOOD: dict[str, Any] = {
    "env": "production",
    "secret": "9f8b1c3e5a7d2046e8fb1c3d5a7e9024b6d8fa1c3e5079b2d4f6a8c0e1b3d5f7",
    "hosts": "api.example.com",
    "trusted_proxies": "10.0.0.7",
    "cors_origins": "https://app.example.com",
}


def refused(settings: Settings, *, demo: bool = False, tls: bool = False) -> dict[str, str]:
    """What is refused, by the name of the setting, each in the sentence of the error as well."""
    problems, message = [], ""
    try:
        require_production_server(settings, demo=demo, tls=tls)
    except Invalid as error:
        problems, message = list(error.problems), str(error)
    assert all(f"{problem.field}: {problem.message}" in message for problem in problems)
    return {problem.field: problem.message for problem in problems}


def settings_with(**change: Any) -> Settings:
    return read_settings(**{name: value for name, value in {**GOOD, **change}.items() if value is not None})


def test_settings_that_are_fit_for_production_are_accepted() -> None:
    assert refused(settings_with()) == {}
    assert refused(settings_with(trusted_proxies=None), tls=True) == {}
    assert refused(settings_with(cors_origins=None)) == {}


def test_nothing_is_refused_in_development() -> None:
    assert refused(read_settings(), demo=True) == {}
    require_production_secrets(read_settings())


def test_the_defaults_are_refused_and_everything_is_named_at_once() -> None:
    assert set(refused(read_settings(env="production"), demo=True)) == {
        "TRADECORE_SECRET", "--demo", "TRADECORE_TRUSTED_PROXIES", "TRADECORE_HOSTS",
    }  # fmt: skip


@pytest.mark.parametrize(
    "secret",
    ["changeme" * 8, "x" * 64, "my-secret-for-signing-access-tokens", "0123456789abcdef" * 4, "abab" * 20,
     f"{GOOD['secret']},{'y' * 40}"],
)  # fmt: skip
def test_S30_weak_secrets_are_refused_also_the_one_that_is_rotated_out(secret: str) -> None:
    problems = refused(settings_with(secret=secret))
    assert set(problems) == {"TRADECORE_SECRET"}
    assert "openssl rand -hex 32" in problems["TRADECORE_SECRET"]
    assert secret not in problems["TRADECORE_SECRET"]


def test_S30_secrets_as_people_generate_them_are_accepted() -> None:
    assert all(refused(settings_with(secret=f"{GOOD['secret']},{new_secret()}")) == {} for _ in range(200))


@pytest.mark.parametrize("key", ["test-key", "x" * 40])
def test_a_weak_api_key_is_refused(key: str) -> None:
    assert set(refused(settings_with(api_key=key))) == {"API_KEY"}


def test_an_empty_list_of_hosts_is_refused() -> None:
    assert set(refused(settings_with(hosts=None))) == {"TRADECORE_HOSTS"}


@pytest.mark.parametrize("origin", ["http://app.example.com", "http://localhost:3000"])
def test_S58_unencrypted_origins_are_refused(origin: str) -> None:
    problems = refused(settings_with(cors_origins=origin))
    assert set(problems) == {"TRADECORE_CORS_ORIGINS"}
    assert repr(origin) in problems["TRADECORE_CORS_ORIGINS"]


def test_the_front_end_of_development_is_not_allowed_by_default() -> None:
    assert settings_with(cors_origins=None).http.allowed_origins == ()
    assert read_settings().http.allowed_origins == ("http://localhost:3000",)


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "10.0.0.7,0.0.0.0/0"])
def test_S61_a_network_of_everybody_is_no_trusted_proxy(network: str) -> None:
    assert set(refused(settings_with(trusted_proxies=network), tls=True)) == {"TRADECORE_TRUSTED_PROXIES"}


@pytest.mark.parametrize("query", ["ssl_cert_reqs=none", "ssl_cert_reqs=optional", "ssl_check_hostname=false"])
def test_S77_the_verification_of_certificates_cannot_be_switched_off(query: str) -> None:
    problems = refused(settings_with(limits=f"rediss://redis.internal/0?{query}"))
    assert set(problems) == {"TRADECORE_LIMITS"}
    assert refused(settings_with(limits="rediss://redis.internal/0?ssl_cert_reqs=required")) == {}


def test_a_worker_needs_the_secrets_only(tmp_path: Path) -> None:
    require_production_secrets(settings_with(hosts=None, trusted_proxies=None))
    with pytest.raises(Invalid, match="TRADECORE_SECRET"):
        require_production_secrets(settings_with(secret=None))


def test_another_word_than_production_and_development_is_refused() -> None:
    with pytest.raises(Invalid, match="TRADECORE_ENV"):
        read_settings(env="staging")
