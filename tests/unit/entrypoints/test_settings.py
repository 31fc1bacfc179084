"""Settings: which variables are read, which are refused, and what an error says."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from tradecore.model.errors import Invalid
from tradecore_app.assembly import assemble
from tradecore_app.commands.serve import serve
from tradecore_app.settings import GROUPS, Settings, read_settings
from tradecore_app.settings.group import variables

FIELDS = [
    pytest.param(attribute, name, variables(field), id=variables(field)[0])
    for attribute, group in GROUPS.items()
    for name, field in group.model_fields.items()
]
DOCUMENTED = sorted(
    {name for group in GROUPS.values() for field in group.model_fields.values() for name in variables(field)}
)
# Values that the type of the field accepts, where a plain "7" is none.
VALUES = {
    "TRADECORE_ENV": "production",
    "TRADECORE_OIDC_LINK_BY_EMAIL": "true",
    "TRADECORE_ISSUE": "measured",
    "TRADECORE_METRICS": "127.0.0.1:9464",
    "TRADECORE_TRACES": "true",
    "TRADECORE_TODAY": "2024-10-10",
    "TRADECORE_CORS_ORIGINS": "https://app.example.com",
    "TRADECORE_HOSTS": "app.example.com",
    "TRADECORE_TRUSTED_PROXIES": "10.0.0.7",
    "TRADECORE_ROOT_PATH": "/trading",
    "TRADECORE_MODEL_PRICES": "gpt-x=1/0.1/2",
    "TRADECORE_MODEL_CUTOFFS": "gpt-x=2025-06-30",
    "TRADECORE_DEEP_MODEL": "openai:gpt-x",
    "TRADECORE_DIGEST_MODEL": "openai:gpt-x",
    "TRADECORE_DIGEST_LANGUAGE": "de",
    "TRADECORE_EXITS": "watch",
    "TRADECORE_MODEL_MAP": "gpt-x=openai:gpt-y",
    "TRADECORE_PROVIDERS": "ollama=http://127.0.0.1:11434/v1",
    "TRADECORE_COMMAND_ENGINES": "mine=python3 mine.py",
    "TRADECORE_CONTACT": "ann lee ann@lee.example",
    "TRADECORE_ACCESS_LOG": "false",
    "TRADECORE_MODEL": "openai:gpt-x",
    "TRADECORE_MODEL_FALLBACK": "openai:gpt-x",
    "TRADECORE_MODEL_EFFORT": "high",
    "TRADECORE_TRADING": "false",
    "TRADECORE_LIVE_TRADING": "true",
    "TRADECORE_BROKER_USER": "ann@example.com",
}


def shown(settings: Settings, attribute: str, name: str) -> object:
    """The value of a setting as text; secrets are opened."""
    value = getattr(getattr(settings, attribute), name)
    value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return value if isinstance(value, tuple) else str(value).lower()


def needs(names: tuple[str, ...]) -> dict[str, str]:
    return {"analysis_dollars": "1"} if names == ("TRADECORE_DAY_DOLLARS",) else {}


@pytest.mark.parametrize(("attribute", "name", "names"), FIELDS)
def test_each_documented_name_sets_its_field(
    attribute: str, name: str, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    value = VALUES.get(names[0], "7")
    for variable in names:
        with monkeypatch.context() as environment:
            environment.setenv(variable, value)
            set_to = shown(read_settings(**needs(names)), attribute, name)
        assert set_to in ((value,), value, f"{value}.0")


@pytest.mark.parametrize(("attribute", "name", "names"), FIELDS)
def test_no_other_spelling_of_a_name_is_read(
    attribute: str, name: str, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    spellings = {name, names[0], *names, names[0].removeprefix("TRADECORE_")}
    for spelling in {each.upper() for each in spellings} | {each.lower() for each in spellings}:
        if spelling not in DOCUMENTED and not spelling.lower().startswith("tradecore_"):
            monkeypatch.setenv(spelling, VALUES.get(names[0], "7"))
    assert read_settings() == read_settings_of_nothing(monkeypatch)


def read_settings_of_nothing(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.undo()
    return read_settings()


@pytest.mark.parametrize(("attribute", "name", "names"), FIELDS)
def test_each_documented_name_may_name_a_file_that_holds_the_value(
    attribute: str, name: str, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    value = VALUES.get(names[0], "7")
    (tmp_path / "value").write_text(f"{value}\n")
    for variable in names:
        with monkeypatch.context() as environment:
            environment.setenv(f"{variable}_FILE", str(tmp_path / "value"))
            set_to = shown(read_settings(**needs(names)), attribute, name)
        assert set_to in ((value,), value, f"{value}.0")


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("TRADECORE_TRADNG", "TRADECORE_TRADING"),
        ("TRADECORE_DATABASE", "DATABASE_URL"),
        ("TRADECORE_OPENAI_API_KEY", "OPENAI_API_KEY"),
        ("TRADECORE_NEWS_INTERVAL", "TRADECORE_NEWS_INTERVAL_SECONDS"),
        ("tradecore_trading", "TRADECORE_TRADING"),
        ("TRADECORE_STOER_FILE", "TRADECORE_STORE"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_documented_one(
    variable: str, nearest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "secret-value")
    with pytest.raises(Invalid, match=f"^{variable}: .* nearest is {nearest}$") as refused:
        read_settings()
    assert [problem.field for problem in refused.value.problems] == [variable]
    assert "secret-value" not in str(refused.value)


@pytest.mark.parametrize("variable", [name for name in DOCUMENTED if name.startswith("TRADECORE_")])
def test_a_name_with_two_letters_swapped_is_refused_with_the_right_one(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    misspelt = f"TRADECORE_{variable[11]}{variable[10]}{variable[12:]}"
    monkeypatch.setenv(misspelt, "1")
    with pytest.raises(Invalid, match=f"{misspelt}: .* nearest is {variable}$"):
        read_settings()


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("TRADECORE_AT_ONCE", "TRADECORE_CONCURRENCY"),
        ("TRADECORE_MODEL_AT_ONCE", "TRADECORE_MODEL_CONCURRENCY"),
    ],
)
def test_a_renamed_setting_is_refused_by_its_new_name(
    variable: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "8")
    with pytest.raises(Invalid, match=f"^{variable}: it is called {name} now; rename the variable$"):
        read_settings()


@pytest.mark.parametrize("option", [parameter.opts[0] for parameter in serve.params])
def test_an_option_of_serve_is_told_where_it_is_given_as_a_variable(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = "TRADECORE_" + option.removeprefix("--").replace("-", "_").upper()
    monkeypatch.setenv(variable, "x")
    with pytest.raises(
        Invalid, match=f"^{variable}: this is an option, `tradecore serve {option}`; remove the variable$"
    ):
        read_settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRADECORE_SERVER", "https://example.com"),
        ("TRADECORE_EMAIL", "ann@example.com"),
        ("TRADECORE_PASSWORD", "x"),
        ("TRADECORE_TEST_POSTGRES", "postgresql://x"),
        ("TRADECORE_TRADNG", ""),
        ("TRADECORE_SERVICE_HOST", "10.0.0.1"),
        ("TRADECORE_SERVICE_PORT_HTTP", "80"),
        ("TRADECORE_PORT", "tcp://10.0.0.1:80"),
        ("TRADECORE_WEB_PORT_80_TCP_ADDR", "10.0.0.1"),
    ],
)
def test_other_names_that_are_set_for_good_reason_are_not_refused(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    read_settings()


def test_a_port_is_no_setting_just_because_kubernetes_sets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADECORE_PORT", "8000")
    with pytest.raises(Invalid, match="TRADECORE_PORT"):
        read_settings()


def test_the_own_name_wins_over_the_shared_one_and_a_keyword_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:shared")
    assert read_settings().store.url == "sqlite:shared"
    monkeypatch.setenv("TRADECORE_STORE", "sqlite:own")
    assert read_settings().store.url == "sqlite:own"
    assert read_settings(store="memory:").store.url == "memory:"


def test_the_own_name_wins_over_a_file_of_the_shared_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "address").write_text("sqlite:from-file")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "address"))
    assert read_settings().store.url == "sqlite:from-file"
    monkeypatch.setenv("TRADECORE_STORE", "sqlite:own")
    assert read_settings().store.url == "sqlite:own"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 100_000])
def test_a_file_that_cannot_be_used_is_refused_and_not_repeated(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "sesame"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("TRADECORE_SECRET_FILE", str(path))
    with pytest.raises(Invalid, match=r"^TRADECORE_SECRET_FILE: the file that it names cannot be read: ") as refused:
        read_settings()
    assert "sesame" not in str(refused.value)


def test_a_value_and_a_file_for_the_same_setting_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("API_KEY", "a")
    monkeypatch.setenv("API_KEY_FILE", str(tmp_path))
    with pytest.raises(Invalid, match="API_KEY: both API_KEY and API_KEY_FILE are set; keep one of them"):
        read_settings()


def test_all_that_is_wrong_is_said_at_once_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADECORE_RATE_PER_MINUTE", "hush-hush")
    monkeypatch.setenv("TRADECORE_TRADNG", "false")
    with pytest.raises(Invalid) as refused:
        read_settings(min_confidence=11, stoer="memory:")
    assert {problem.field for problem in refused.value.problems} == {
        "TRADECORE_RATE_PER_MINUTE",
        "TRADECORE_TRADNG",
        "TRADECORE_MIN_CONFIDENCE",
        "stoer",
    }
    assert "hush-hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRADECORE_CORS_ORIGINS", "http://localhost:3000/app"),
        ("TRADECORE_CORS_ORIGINS", "http://localhost:3000?x=1"),
        ("TRADECORE_CORS_ORIGINS", "http://[::1"),
        ("TRADECORE_CORS_ORIGINS", "http://localhost:99999"),
        ("TRADECORE_CORS_ORIGINS", "https://user@app.example.com"),
        ("TRADECORE_CORS_ORIGINS", "https://app.example.com;https://b.example.com"),
        ("TRADECORE_CORS_ORIGINS", "https://bücher.example"),
        ("TRADECORE_CORS_ORIGINS", "*"),
        ("TRADECORE_HOSTS", "https://app.example.com"),
        ("TRADECORE_HOSTS", "app.example.com/trading"),
        ("TRADECORE_HOSTS", "app.example.com b.example.com"),
        ("TRADECORE_HOSTS", "api.example.com,*"),
        ("TRADECORE_HOSTS", "*.example.com"),
        ("TRADECORE_ROOT_PATH", "/../trading"),
        ("TRADECORE_ROOT_PATH", "/trading/."),
        ("TRADECORE_ROOT_PATH", "trading"),
        ("TRADECORE_TRUSTED_PROXIES", "nginx"),
        ("TRADECORE_MODEL_PRICES", "x=1/2"),
        ("TRADECORE_MODEL_CUTOFFS", "x=2025-02-30"),
        ("TRADECORE_TODAY", "0001-01-01"),
        ("TRADECORE_REQUEST_SECONDS", "inf"),
    ],
)
def test_a_value_that_nothing_could_ever_match_or_use_is_refused_by_its_name(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Invalid) as refused:
        read_settings()
    assert [problem.field for problem in refused.value.problems] == [variable]


@pytest.mark.parametrize(
    ("variable", "value", "field", "read"),
    [
        ("TRADECORE_CORS_ORIGINS", "HTTPS://App.Example.com:443/", "cors_origins", ("https://app.example.com",)),
        ("TRADECORE_CORS_ORIGINS", "http://[::1]:3000", "cors_origins", ("http://[::1]:3000",)),
        ("TRADECORE_CORS_ORIGINS", "capacitor://localhost", "cors_origins", ("capacitor://localhost",)),
        ("TRADECORE_HOSTS", "App.Example.com, ::1", "hosts", ("app.example.com", "[::1]")),
        ("TRADECORE_HOSTS", "app.example.com:8443", "hosts", ("app.example.com:8443",)),
        ("TRADECORE_ROOT_PATH", "/apps/.well-known/", "root_path", "/apps/.well-known"),
    ],
)
def test_hosts_and_origins_are_read_as_requests_have_them(
    variable: str, value: str, field: str, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(read_settings().http, field) == read


def bounds(field: FieldInfo) -> list[Any]:
    """The lowest and the highest value of a field; of a bound that is itself excluded, the one beside it."""
    low = [part.ge for part in field.metadata if isinstance(part, Ge)]
    low += [Decimal(str(part.gt)) + Decimal("0.01") for part in field.metadata if isinstance(part, Gt)]
    high = [part.le for part in field.metadata if isinstance(part, Le)]
    high += [Decimal(str(part.lt)) - Decimal("0.01") for part in field.metadata if isinstance(part, Lt)]
    return low + high


NUMBERS = {
    variables(field)[0]: field
    for group in GROUPS.values()
    for field in group.model_fields.values()
    if {int, float, Decimal, date} & {field.annotation, *get_args(field.annotation)}
}


def test_every_number_and_every_day_has_a_lowest_and_a_highest_value() -> None:
    assert len(NUMBERS) > 25
    assert [name for name, field in NUMBERS.items() if len(bounds(field)) != 2] == []


# Settings that limit each other are given together.
TOGETHER = {
    "TRADECORE_DAY_DOLLARS": {"analysis_dollars": Decimal("0.01")},
    "TRADECORE_NEWS_MIN_HOURS": {"news_max_hours": 366 * 24, "news_memory_days": 3660},
    "TRADECORE_NEWS_MAX_HOURS": {"news_memory_days": 3660},
    "TRADECORE_NEWS_MEMORY_DAYS": {"news_max_hours": 1},
}


@pytest.mark.parametrize("end", [0, 1], ids=["lowest", "highest"])
@pytest.mark.parametrize("variable", NUMBERS)
async def test_an_installation_starts_with_the_ends_of_what_a_setting_allows(
    variable: str, end: int, tmp_path: Path
) -> None:
    keyword = variable.removeprefix("TRADECORE_").lower()
    given: dict[str, Any] = {**TOGETHER.get(variable, {}), keyword: bounds(NUMBERS[variable])[end]}
    async with assemble(read_settings(store="memory:", data=tmp_path, **given)) as assembled:
        assert await assembled.core.run_scheduled_tasks() == []
        await assembled.core.create_user("ann@example.com", "a password of some length")
        await assembled.core.login("ann@example.com", "a password of some length", origin="127.0.0.1")


def test_no_two_fields_share_the_name_that_errors_and_keywords_use() -> None:
    first = [variables(field)[0] for group in GROUPS.values() for field in group.model_fields.values()]
    assert len(set(first)) == len(first)
