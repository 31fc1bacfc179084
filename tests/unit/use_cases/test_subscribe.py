"""Which feeds are read."""

from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.use_cases.subscribe import AddSource, ImportSources, ListSources, RemoveSource


async def test_a_feed_is_named_by_its_host_unless_it_is_given_a_name(world: Any) -> None:
    add = AddSource(world.store, world.now)
    assert (await add("https://www.wire.example/rss")).id == "wire.example"
    assert (await add("https://www.wire.example/other", " <b>The</b> Wire ")).id == "The Wire"
    assert [each.id for each in await ListSources(world.store)()] == ["The Wire", "wire.example"]


async def test_a_second_feed_of_a_host_is_named_by_its_title(world: Any) -> None:
    add = AddSource(world.store, world.now)
    assert (await add("https://www.wire.example/rss", title="All")).id == "wire.example"
    assert (await add("https://www.wire.example/law", title=" <b>Law</b> ")).id == "Law"
    for title in ("Law", ""):
        with pytest.raises(IllegalMove, match=r"called 'wire\.example' already"):
            await add("https://www.wire.example/other", title=title)


@pytest.mark.parametrize("url", ["", "feed", "ftp://wire.example/rss", "javascript:alert(1)", "https://"])
async def test_what_is_no_address_of_the_web_is_refused(world: Any, url: str) -> None:
    with pytest.raises(Invalid):
        await AddSource(world.store, world.now)(url)


async def test_an_address_and_a_name_are_taken_once(world: Any) -> None:
    add = AddSource(world.store, world.now)
    await add("https://wire.example/rss", "Wire")
    for name in ("Other", "Wire", ""):
        with pytest.raises(IllegalMove, match="is read already, as 'Wire'"):
            await add("https://wire.example/rss", name)
    with pytest.raises(IllegalMove, match="called 'Wire' already"):
        await add("https://other.example/rss", "Wire")


async def test_a_name_is_taken_in_either_notation_of_its_accents(world: Any) -> None:
    add = AddSource(world.store, world.now)
    assert (await add("https://wire.example/rss", "Bo\u0308rse")).id == "B\u00f6rse"
    with pytest.raises(IllegalMove, match="already"):
        await add("https://other.example/rss", "B\u00f6rse")


async def test_a_list_is_taken_in_without_what_is_read_already(world: Any) -> None:
    await AddSource(world.store, world.now)("https://wire.example/rss", "Wire")
    imported = ImportSources(world.store, world.now)
    listed = [
        ("Mine", "https://wire.example/rss"),
        ("Wire", "https://a.example/rss"),
        ("Wire", "https://b.example/rss"),
        ("x" * 200, "https://c.example/rss"),
    ]
    assert [each.id for each in await imported(listed)] == ["Wire 2", "Wire 3", "x" * 100]
    assert await imported(listed) == ()


async def test_a_feed_is_removed_by_name_or_address(world: Any) -> None:
    add, remove = AddSource(world.store, world.now), RemoveSource(world.store)
    await add("https://a.example/rss", "A")
    await add("https://b.example/rss", "B")
    assert (await remove("A")).url == "https://a.example/rss"
    assert (await remove("https://b.example/rss")).id == "B"
    with pytest.raises(NotFound, match="source 'A'"):
        await remove("A")
