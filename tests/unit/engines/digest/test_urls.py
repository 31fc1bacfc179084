"""One key for all variants of an address, and another key for another document."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from url_normalize import url_normalize
from w3lib.url import canonicalize_url

from tradecore.engines.digest.urls import article_url, is_home_page, shown_url, url_key

WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDXYZ0123456789-_~", min_size=1, max_size=8).filter(
    lambda w: w.lower() != "amp"
)
HOSTS = st.sampled_from(["example.com", "news.example.org", "coinwire.example", "a-b.example.net", "example.com:8080"])
NAMES = st.sampled_from(["id", "p", "story", "a", "b", "page"])
QUERY = st.lists(st.tuples(NAMES, WORD), max_size=4)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(WORD, min_size=1, max_size=4)))
    query = "&".join(f"{name}={value}" for name, value in draw(QUERY))
    return f"https://{draw(HOSTS)}/{path}{'?' + query if query else ''}"


def with_parameter(address: str, pair: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{pair}"


@given(addresses())
def test_a_key_is_its_own_key(address: str) -> None:
    key = url_key(address)
    assert key is not None
    assert url_key(key) == key


TRACKERS = "utm_source=x utm_medium=rss mtm_campaign=a ga_x=1 fbclid=Z gclid=1 mc_cid=1 _hsenc=q mkt_tok=1 srsltid=1 "
TRACKERS += "ref=twitter source=rss ref=t.co source=feedburner.com amp=1 outputType=amp yclid=2 twclid=3 cmpid=a ncid=b"


@given(addresses(), st.sampled_from(TRACKERS.split()))
def test_trackers_do_not_change_the_key(address: str, tracker: str) -> None:
    assert url_key(with_parameter(address, tracker)) == url_key(address)


@given(addresses(), st.sampled_from(["www.", "m.", "amp.", "WWW."]), st.sampled_from(["http", "HTTPS", "https"]))
def test_scheme_host_case_mirrors_fragments_and_ports_do_not_change_the_key(
    address: str, mirror: str, scheme: str
) -> None:
    rest = address.removeprefix("https://")
    host, slash, path = rest.partition("/")
    port = "" if ":" in host else {"http": ":80"}.get(scheme, ":443")
    variant = f"  {scheme}://user:secret@{mirror}{host.upper()}{port}{slash}{path}#part\n"
    assert url_key(variant) == url_key(address)


@given(addresses())
def test_trailing_slashes_doubled_slashes_and_amp_pages_do_not_change_the_key(address: str) -> None:
    path, question, query = address.partition("?")
    for ending in ("/", "/amp", "/amp/", ".amp", "//", "/."):
        assert url_key(f"{path}{ending}{question}{query}") == url_key(address)


@given(addresses(), NAMES, WORD)
def test_any_other_parameter_changes_the_key(address: str, name: str, value: str) -> None:
    assert url_key(with_parameter(address, f"{name}={value}")) != url_key(address)


@given(addresses())
def test_the_case_of_a_path_changes_the_key(address: str) -> None:
    parts = urlsplit(address)
    swapped = parts._replace(path=parts.path.swapcase()).geturl()
    assume(parts.path.swapcase() != parts.path)
    assert url_key(swapped) != url_key(address)


@given(HOSTS, WORD, QUERY, st.randoms(use_true_random=False))
def test_the_order_of_parameters_is_irrelevant_and_repeats_are_kept(
    host: str, path: str, query: list[tuple[str, str]], random: object
) -> None:
    shuffled = list(query)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        url_key(f"https://{host}/{path}?" + "&".join(f"{n}={v}" for n, v in pairs)) for pairs in (query, shuffled)
    )
    assert one == other
    assert one is not None
    assert sorted(parse_qsl(urlsplit(one).query)) == sorted(query)


@given(st.text())
def test_any_text_gives_a_key_or_none(text: str) -> None:
    for address in (text, f"https://{text}", f"http://example.com/{text}", f"https://example.com/?{text}"):
        key = url_key(address)
        assert key is None or url_key(key) == key
        shown = shown_url(address)
        assert shown is None or shown.isascii()


@given(addresses())
def test_it_agrees_with_the_known_canonicalisers_where_they_do_the_same(address: str) -> None:
    key = url_key(address)
    assert key is not None
    # Both keep the trailing slash's absence and order parameters by themselves or not at all; compare the parts.
    theirs = urlsplit(canonicalize_url(address))
    assert (urlsplit(key).netloc, urlsplit(key).path) == (theirs.netloc, theirs.path)
    assert sorted(parse_qsl(urlsplit(key).query)) == sorted(parse_qsl(theirs.query))
    others = urlsplit(url_normalize(address) or "")
    assert (urlsplit(key).netloc, urlsplit(key).path) == (others.netloc, others.path)
    assert sorted(parse_qsl(urlsplit(key).query)) == sorted(parse_qsl(others.query))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://twitter.com/anna/status/17?s=20", "https://x.com/i/web/status/17"),
        ("https://mobile.twitter.com/anna/status/17", "https://x.com/anna/status/17/photo/1"),
        ("https://youtu.be/dQw4w9WgXcQ?si=1", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3"),
        ("https://t.me/s/channel/5", "https://t.me/channel/5"),
        ("https://old.reddit.com/r/a/comments/1/x/", "https://www.reddit.com/r/a/comments/1/x"),
        ("https://example.com/%7Eanna/%e4", "https://example.com/~anna/%E4"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://exämple.com/a", "https://xn--exmple-cua.com/a"),
        ("https://example.com./a", "https://example.com/a"),
    ],
)
def test_sites_with_several_addresses_for_a_document_get_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/story?id=45310061", "https://example.com/story?id=45310062"),
        ("https://example.com/#!/a", "https://example.com/#!/b"),
        ("https://example.com/?source=2024", "https://example.com/"),
        ("https://example.com/?ref=chapter-2", "https://example.com/"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://news.google.com/rss/articles/AbC", "https://news.google.com/rss/articles/abc"),
        ("https://example.com/?a=%2F", "https://example.com/?a=%252F"),
    ],
)
def test_different_documents_keep_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "address", ["", "ftp://example.com/a", "javascript:alert(1)", "/a", "https://", "http://[", "news"]
)
def test_what_is_no_address_has_no_key_and_is_not_linked(address: str) -> None:
    assert url_key(address) is None
    assert shown_url(address) is None


def test_only_a_site_without_a_path_is_a_home_page() -> None:
    assert is_home_page("https://example.com/")
    assert not is_home_page("https://example.com/a")
    assert not is_home_page("https://example.com/?id=1")


def test_a_shown_address_cannot_end_a_markdown_link() -> None:
    assert shown_url('https://www.Example.com/a(b)<c> d\\e"?q=[1]') == (
        "https://www.example.com/a%28b%29%3Cc%3E%20d%5Ce%22?q=%5B1%5D"
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/1?utm_source=rss&id=7&fbclid=x#part", "https://a.example/1?id=7#part"),
        ("https://a.example/1?utm_source=rss", "https://a.example/1"),
        ("https://a.example/1?id=7&amp;utm_medium=rss&amp%3butm_campaign=x", "https://a.example/1?id=7"),
        ("https://a.example/1?b=2&a=1&ref=twitter", "https://a.example/1?b=2&a=1"),
        ("https://a.example/1?ref=main", "https://a.example/1?ref=main"),
        ("https://a.example/1", "https://a.example/1"),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_links_to_articles_do_not_follow_their_readers(address: str | None, shown: str | None) -> None:
    assert article_url(address) == shown
