"""`tradecore news` and `tradecore sources`, command by command, and the settings that they refuse."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click import Command
from click.testing import CliRunner, Result

from tradecore.model.errors import IllegalMove, Invalid, NotFound, Refusal, Unavailable
from tradecore_adapters.ambient import now
from tradecore_app.assembly import assemble
from tradecore_app.commands.news import news
from tradecore_app.commands.sources import sources
from tradecore_app.news_sources import example_report
from tradecore_app.settings import read_settings

Run = Callable[..., Result]
_TEN_YEARS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command on a data folder of its own."""
    item = {"title": "Regulator clears custody rule", "url": "https://a.example/1", "published_at": str(now())}
    (tmp_path / "wire.jsonl").write_text(json.dumps(item))
    environment = {"TRADECORE_DATA": str(tmp_path), "TRADECORE_NEWS": f"file:{tmp_path / 'wire.jsonl'}"}

    def invoke(command: Command, *arguments: str) -> Result:
        return CliRunner(env=environment).invoke(command, arguments)

    return invoke


def test_news_visits_what_is_due_and_tells_each_thing_once(run: Run) -> None:
    assert "https://a.example/1" in run(news, "--hours", "1", "--user", "me").output
    assert "https://a.example/1" not in run(news, "--user", "me").output
    assert "https://a.example/1" in run(news, "--user", "you").output


def test_who_has_only_the_sample_is_told_why_nothing_is_new_and_the_report_stays_clean(tmp_path: Path) -> None:
    told = CliRunner(env={"TRADECORE_DATA": str(tmp_path)}).invoke(news, [])
    assert told.stdout.startswith("# Crypto News Analysis Report\n")
    assert "No news items in this window." in told.stdout
    assert "sources add" not in told.stdout
    assert "of 2024 and 2025" in told.stderr
    assert "tradecore sources add URL" in told.stderr


def test_the_example_is_dated_as_its_news_are_and_always_the_same() -> None:
    example = example_report()
    assert "Window: 2024-10-29 21:25 – 2025-02-26 21:25 UTC" in example
    assert "Bybit loses about $1.5 billion of ether to hackers" in example
    assert example == example_report()
    assert f"```markdown\n{example}```" in (Path(__file__).parents[3] / "docs/example-digest.md").read_text("utf-8")


def test_news_fetch_says_how_each_visit_ended(run: Run) -> None:
    assert run(news, "fetch").output.split()[-3:] == ["wire", "read", "1"]
    assert run(news, "fetch").output.split()[-3:] == ["wire", "unchanged", "0"]
    assert run(news, "fetch", "--due").output == "No source is due.\n"


@pytest.mark.parametrize("arguments", [["--hours", "0"], ["--hours", "x"], ["nothing"]])
def test_what_is_not_understood_ends_with_2(run: Run, arguments: list[str]) -> None:
    assert run(news, *arguments).exit_code == 2


def test_a_user_that_is_none_is_refused(run: Run) -> None:
    assert isinstance(run(news, "--user", "not valid").exception, Invalid)


def test_sources_are_added_listed_imported_and_removed(run: Run, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="News">'
        '<outline type="rss" text="Wire" xmlUrl="https://wire.example/feed"/>'
        '<outline type="rss" text="Wire" xmlUrl="https://other.example/feed"/></outline></body></opml>'
    )
    added = run(sources, "add", "--unread", "https://www.first.example/rss.xml")
    assert "is read as 'first.example'" in added.output
    assert "2 of 2 feeds are new." in run(sources, "import", str(opml)).output
    assert "0 of 2 feeds are new." in run(sources, "import", str(opml)).output
    listed = run(sources, "list").output
    assert [line for line in listed.splitlines() if not line.startswith(" ")] == [
        "Wire: not read yet",
        "Wire 2: not read yet",
        "first.example: not read yet",
    ]
    assert "    https://www.first.example/rss.xml" in listed
    assert run(sources, "remove", "https://wire.example/feed").exit_code == 0
    assert isinstance(run(sources, "remove", "Wire").exception, NotFound)
    assert isinstance(run(sources, "add", "--unread", "https://other.example/feed").exception, IllegalMove)
    assert isinstance(run(sources, "add", "ftp://other.example/feed").exception, Invalid)


def test_a_source_is_read_once_before_it_is_added(run: Run, tmp_path: Path) -> None:
    refused = run(sources, "add", "127.0.0.1:9/feed")
    assert isinstance(refused.exception, Invalid)
    assert "TRADECORE_NEWS_PRIVATE" in str(refused.exception)
    assert run(sources, "list").output == ""


def test_files_and_folders_are_tried_and_added(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "saved feeds"
    folder.mkdir()
    (folder / "a.xml").write_text(
        '<rss version="2.0"><channel><item><title>Kraken lists A</title></item></channel></rss>'
    )
    (folder / "b.json").write_text(
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "B"}]}'
    )
    (folder / "c.xml").write_text("nonsense")
    tried = run(sources, "test", str(folder)).output
    assert "2 entries, none with a date" in tried
    assert "c.xml: the document" in tried
    assert "without a date  Kraken lists A" in tried
    assert "is read as 'saved feeds'" in run(sources, "add", str(folder)).output
    fetched = run(news, "fetch").output
    assert "saved feeds" in fetched
    assert "Kraken lists A" in run(news, "--hours", "1").output
    assert run(sources, "remove", str(folder)).exit_code == 0


def test_the_starter_list_is_shipped(run: Run) -> None:
    assert "20 of 20 feeds are new." in run(sources, "import", "starter").output
    assert "starter" in str(run(sources, "import", "nothing").exception)


def test_fields_of_json_are_named_one_by_one(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "api.json"
    document.write_text('{"data": {"rows": [{"h": "Miners sell", "t": "2026-03-28"}]}}')
    assert isinstance(run(sources, "test", str(document)).exception, Invalid)
    assert "FIELD=PATH" in str(run(sources, "test", str(document), "--field", "x=h").exception)


def test_a_source_of_the_installation_is_shown_and_cannot_be_removed(run: Run) -> None:
    run(news, "fetch")
    assert "wire: well\n    of this installation\n" in run(sources, "list").output
    assert isinstance(run(sources, "remove", "wire").exception, IllegalMove)


def test_what_is_no_list_of_feeds_is_refused(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html></html>")
    assert isinstance(run(sources, "import", str(page)).exception, Invalid)


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"news_memory_days": 1}, Invalid, "TRADECORE_NEWS_MEMORY_DAYS"),
        ({"news_min_hours": 48}, Invalid, "TRADECORE_NEWS_MIN_HOURS"),
        ({"news": "carrier-pigeon:"}, Unavailable, "TRADECORE_NEWS"),
        ({"news": "file:a.jsonl,file:b/a.jsonl"}, Invalid, "TRADECORE_NEWS"),
        ({"news_private": ("everywhere",)}, Invalid, "TRADECORE_NEWS_PRIVATE"),
        ({"api_key": "not a key"}, Invalid, "API_KEY"),
    ],
)
async def test_a_setting_that_is_not_right_is_named_at_the_start(
    tmp_path: Path, given: dict[str, Any], kind: type[Refusal], said: str
) -> None:
    with pytest.raises(kind, match=said) as refused:
        async with assemble(read_settings(data=tmp_path, store="memory:", **given)):
            pass
    assert "not a key" not in str(refused.value)


@pytest.mark.parametrize("given", [{"news_min_hours": 48}, {"api_key": "not a key"}])
async def test_a_setting_that_is_not_right_is_refused_before_the_store_is_migrated(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        async with assemble(read_settings(data=tmp_path, **given)):
            pass
    assert not [*tmp_path.glob("*.db*")]


async def test_the_sample_is_there_from_the_first_moment_and_dates_from_when_it_was_news(tmp_path: Path) -> None:
    for _ in range(2):
        async with assemble(read_settings(data=tmp_path)) as assembled, assembled.store.snapshot() as uow:
            items = await uow.items.published(*_TEN_YEARS)
            assert len(items) > 30
            assert all(item.first_seen_at == item.published_at for item in items)
            assert [each.id for each in await uow.subscriptions.all()] == ["tradecore sample"]
    async with assemble(read_settings(data=tmp_path, news="none:")) as assembled:
        assert await assembled.core.gather_news() == ()
        assert await assembled.core.list_sources() == ()
