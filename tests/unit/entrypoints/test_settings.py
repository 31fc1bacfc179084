"""Settings: which variables are read, which are refused, and what an error says."""

from pathlib import Path

import pytest

from tradecore.model.errors import Invalid
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


def test_no_two_fields_share_the_name_that_errors_and_keywords_use() -> None:
    first = [variables(field)[0] for group in GROUPS.values() for field in group.model_fields.values()]
    assert len(set(first)) == len(first)
