"""The root: the name of the API for programs, and a page with the first steps for browsers."""

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from attrs import frozen

from tradecore_adapters.http.options import HttpOptions

POLICY = (
    b"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def accepts_html(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request is that of a browser for a page."""
    return b"text/html" in headers.get(b"accept", b"").lower()


@frozen
class WelcomePage:
    """The page at the root; without the facts that the options keep private."""

    options: HttpOptions

    def render(self, host: str, *, secure: bool) -> bytes:
        """The page, for a request that was addressed to this host."""
        options = self.options
        facts = {"Data": options.data, "Engine": options.engine, "Version": options.version} if options.details else {}
        shown = "\n".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items() if value)
        live = f'<p>Live data:</p>\n<pre tabindex="0"><code>{escape(options.go_live)}</code></pre>'
        page = files(__package__).joinpath("pages", "welcome.html").read_text("utf-8")
        values = {
            "{root}": options.root_path,
            "{origin}": escape(f"{'https' if secure else 'http'}://{host}"),
            "{facts}": shown,
            "{live}": live if options.go_live and options.details else "",
        }
        for name, value in values.items():
            page = page.replace(name, value)
        return page.encode()
