"""Canonical addresses: one key for every variant of the address of one document."""

import ipaddress
import re
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What may stand unescaped in a path or query besides the unreserved (RFC 3986, 3.3 and 3.4); the query's own
# separators are handled before.
_PATH_SAFE = _UNRESERVED | frozenset(b"!$&'()*+,;=:@/")
_QUERY_SAFE = _UNRESERVED | frozenset(b"!$'()*,;:@/?")
_SHOWN_SAFE = _UNRESERVED | frozenset(b"!$&'*+,;=:@/?#%")

_TRACKER_PREFIXES = ("utm_", "mtm_", "ga_", "_hsenc", "_hsmi")
_TRACKERS = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid ysclid twclid mc_cid mc_eid mkt_tok srsltid cmpid ncid amp "
    "igshid gclsrc".split()
)
_REFERRERS = frozenset(
    "rss feed feeds atom twitter x facebook fb telegram tg reddit linkedin newsletter email mail push "
    "app homepage social feedburner flipboard googlenews google_news applenews apple_news".split()
)
_REFERRER_HOSTS = re.compile(
    r"(?:www\.)?(?:feedburner|feedly|inoreader|flipboard|t|twitter|x|facebook|reddit|news\.google|google|"
    r"cryptopanic|telegram|newsblur)\.(?:com|co|me|org)\Z"
)
_MIRROR_PREFIXES = ("www.", "m.", "amp.")
_LENGTH_LIMIT = 4096


def url_key(address: str) -> str | None:
    """The canonical form of an http or https address, None when it is not one. Never raises.

    Equal for all variants that lead to the same document: scheme, `www.`, tracking parameters, order of
    parameters, fragment, trailing slash and mobile page do not matter; path case and all other parameters do.
    The key is an address itself, always `https`, and is its own key.
    """
    try:
        return _key(address)
    except (ValueError, UnicodeError):
        return None


def shown_url(address: str | None) -> str | None:
    """The address as a report may link to it: http(s) only, ASCII, nothing that could end a Markdown link."""
    if address is None or len(address) > 2000:
        return None
    try:
        parts = urlsplit(address.strip())
        host = _host(parts.hostname or "")
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    where = f"[{host}]" if ":" in host else host
    tail = parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    if not (tail.isascii() and _SHOWN_SAFE.issuperset(tail.encode())):
        tail = "".join(chr(byte) if byte in _SHOWN_SAFE else f"%{byte:02X}" for byte in tail.encode("utf-8", "replace"))
    return f"{parts.scheme.lower()}://{where}{'' if port is None else f':{port}'}{tail}"


def article_url(address: str | None) -> str | None:
    """The address as `shown_url` gives it, without the parameters that only follow readers around."""
    shown = shown_url(address)
    if shown is None or "?" not in shown:
        return shown
    parts = urlsplit(shown)
    pairs = [pair for pair in parts.query.split("&") if not _tracks(*pair.partition("=")[::2])]
    return urlunsplit(parts._replace(query="&".join(pairs)))


def is_home_page(key: str) -> bool:
    """Whether a key names a site rather than a document on it, and so identifies no article."""
    parts = urlsplit(key)
    return parts.path in ("", "/") and not parts.query and not parts.fragment


def _key(address: str) -> str | None:
    text = address.strip().strip("\x00\t\n\r ")
    if not text or len(text) > _LENGTH_LIMIT or any(ord(sign) < 32 for sign in text):
        return None
    parts = urlsplit(text)
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        return None
    host = _host(parts.hostname or "")
    if not host:
        return None
    port = parts.port
    path = _path(parts.path)
    pairs = _pairs(parts.query)
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    host = _without_mirror(host)
    host, path, pairs = _by_host(host, path, pairs)
    where = f"[{host}]" if ":" in host else host
    if port is not None and port not in (80, 443):
        where += f":{port}"
    query = "&".join(pairs)
    hashbang = f"#{_escape(fragment, _QUERY_SAFE | frozenset(b'=&+'))}" if fragment else ""
    return f"https://{where}{path}{'?' + query if query else ''}{hashbang}"


def _host(name: str) -> str:
    """Lower-case ASCII host, `` when there is none that a resolver could look up."""
    name = name.rstrip(".").lower()
    if not name or "%" in name:
        return ""
    if ":" in name:
        return ipaddress.IPv6Address(name).compressed
    ascii_name = name if name.isascii() else name.encode("idna").decode("ascii").lower().rstrip(".")
    return ascii_name if re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", ascii_name) else ""


def _without_mirror(host: str) -> str:
    while True:
        for prefix in _MIRROR_PREFIXES:
            rest = host.removeprefix(prefix)
            if rest != host and "." in rest and not rest.startswith("."):
                host = rest
                break
        else:
            return host


def _escape(text: str, safe: frozenset[int]) -> str:
    """Decode the escapes of unreserved characters, write all others in upper case, escape what is unsafe."""
    if text.isascii() and safe.issuperset(text.encode()):
        return text
    raw = text.encode("utf-8", "surrogatepass")
    out: list[str] = []
    at = 0
    while at < len(raw):
        byte = raw[at]
        if byte == 0x25:
            decoded = unquote_to_bytes(raw[at : at + 3])
            if len(decoded) == 1 and raw[at : at + 3] != b"%":
                byte = decoded[0]
                out.append(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}")
                at += 3
            else:
                out.append("%25")
                at += 1
            continue
        out.append(chr(byte) if byte in safe else f"%{byte:02X}")
        at += 1
    return "".join(out)


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _escape(path, _PATH_SAFE).split("/"):
        if segment in ("", "."):
            continue
        if segment == "..":
            if segments:
                segments.pop()
            continue
        segments.append(segment)
    while segments and (segments[-1] == "amp" or segments[-1].endswith(".amp")):
        if segments[-1] == "amp" or segments[-1] == ".amp":
            segments.pop()
        else:
            segments[-1] = segments[-1].removesuffix(".amp")
    return "/" + "/".join(segments)


def _pairs(query: str) -> list[str]:
    kept = []
    for pair in query.split("&"):
        if not pair:
            continue
        name, equals, value = pair.partition("=")
        name, value = (_escape(part, _QUERY_SAFE | frozenset(b"+=")) for part in (name, value))
        if not _tracks(name, value):
            kept.append((name, equals, value))
    kept.sort(key=lambda each: (each[0], each[2], each[1]))
    return [f"{name}{equals}{value}" for name, equals, value in kept]


def _tracks(name: str, value: str) -> bool:
    # An ampersand that was escaped twice leaves its name in front of that of the parameter.
    name, value = name.lower().removeprefix("amp;").removeprefix("amp%3b"), value.lower()
    if name in _TRACKERS or name.startswith(_TRACKER_PREFIXES):
        return True
    if name == "outputtype":
        return value == "amp"
    if name in ("ref", "source"):
        return value in _REFERRERS or _REFERRER_HOSTS.match(value) is not None
    return False


def _by_host(host: str, path: str, pairs: list[str]) -> tuple[str, str, list[str]]:
    """Sites that give one document several addresses."""
    if host in ("twitter.com", "mobile.twitter.com", "x.com", "mobile.x.com"):
        status = re.match(r"/(?:i/web|i|[A-Za-z0-9_]+)/status(?:es)?/(\d+)(?:/|\Z)", path)
        return ("x.com", f"/i/status/{status[1]}", []) if status else ("x.com", path, pairs)
    if host == "youtu.be":
        video = re.fullmatch(r"/([\w-]+)", path)
        return ("youtube.com", "/watch", [f"v={video[1]}"]) if video else (host, path, pairs)
    if host == "youtube.com":
        video = re.fullmatch(r"/(?:shorts|embed|live)/([\w-]+)", path)
        watched = [pair for pair in pairs if re.fullmatch(r"v=[\w-]+", pair)]
        if video:
            return host, "/watch", [f"v={video[1]}"]
        return (host, path, watched) if path == "/watch" and watched else (host, path, pairs)
    if host in ("t.me", "telegram.me"):
        return "t.me", re.sub(r"\A/s/(?=[^/])", "/", path), pairs
    if host in ("old.reddit.com", "np.reddit.com", "new.reddit.com"):
        return "reddit.com", path, pairs
    return host, path, pairs
