"""Plain promotion: paid posts, and calls to buy."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tradecore.engines.digest.text import normalise
from tradecore.model.news import NewsItem

_LABEL = re.compile(
    r"^\W*(?:sponsored|promoted|advertorial|advertisement|ad|paid (?:post|content)|partner content)\b\s*[\]):|–—-]"
    r"|\((?:sponsored|ad|promoted)\)$"
)
_NOTICE = re.compile(
    r"\b(?:this is a (?:sponsored|paid)|sponsored (?:post|content|article)|paid press release|is a paid post"
    r"|sponsored by|advertorial)\b"
)
_PITCH = re.compile(
    r"\b(?:presale|pre-sale)\b.*\b(?:raises?|live|ends?|stage|buy|join|explod\w+|\d+x)\b"
    r"|\b\d{2,5}x (?:gains?|potential|returns?|coin)\b|\bnext (?:big )?\d{2,5}x\b"
    r"|\bbest (?:crypto|altcoins?|coins?|memecoins?|presales?)\b.*\bto (?:buy|invest)\b"
    r"|\b(?:claim|get) your (?:bonus|airdrop|free)\b"
    r"|\b(?:promo|referral|bonus|coupon|discount) code\b(?! (?:scam|scheme|fraud|abuse))"
    r"|\b(?:sign up|register|join|deposit)\b.{0,40}\b(?:get|earn|win|claim|receive)\b.{0,40}\b(?:bonus|free|rewards?)\b"
    r"|\blimited[- ]time offer\b|\blast chance to (?:buy|join|get)\b|^win (?:up to )?\$?\d"
)
_SECTIONS = frozenset(
    "sponsored sponsored-content sponsored-post partner-content paid-post advertorial promoted".split()
)
_TEXT_LENGTH = 600


def is_promotion(item: NewsItem) -> bool:
    """Whether an item plainly advertises: by its label, its section of the site, a notice in its text, or its pitch."""
    title = normalise(item.title)
    if _LABEL.search(title) or _PITCH.search(title) or _NOTICE.search(normalise(item.summary[:_TEXT_LENGTH])):
        return True
    return not _SECTIONS.isdisjoint(urlsplit(item.url or "").path.lower().split("/"))


def all_promotion(items: Sequence[NewsItem]) -> bool:
    """Whether every item of a story is promotion."""
    return all(is_promotion(item) for item in items)
