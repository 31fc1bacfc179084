"""Draw the picture in the README: a real analysis of real prices, as `tradecore analyze` shows it, as an SVG.

`python tools/make_picture.py` writes docs/images/analyze.svg. The prices are the shipped public-domain sample.
"""

import asyncio
import io
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from tradecore_app import open_tradecore
from tradecore_app.display import ProgressDisplay, show_result

WIDTH = 100
TARGET = Path(__file__).parents[1] / "docs/images/analyze.svg"
# rich's own frame, without the web fonts that it asks for: the picture loads nothing.
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


async def draw(ticker: str, day: date) -> str:
    """Run an analysis and return its terminal output as SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(f"[green]$[/green] tradecore analyze {ticker} --date {day}")
    async with open_tradecore(store="memory:") as desk:
        ticket = await desk.launch(ticker, day, depth=3)
        async with desk.core.watch_analysis(ticket.analysis, by=desk.caller, since=0) as watching:
            display = ProgressDisplay(watching.snapshot.brief, [each.agent for each in watching.snapshot.agents])
            async for event in watching.events():
                display.update(event)
        console.print(display)
        show_result(console, await desk.core.get_analysis_result(ticket.analysis, by=desk.caller), reports=False)
    return console.export_svg(title="tradecore", theme=MONOKAI, code_format=FRAME, unique_id="tradecore")


if __name__ == "__main__":
    TARGET.write_text(asyncio.run(draw("AAPL", date(2012, 8, 17))), "utf-8")
    print(f"wrote {TARGET.name}")
