"""The edited digest of docs/example-digest-edited.md: the shipped sample, with sentences written by hand."""

import json
import re
from datetime import timedelta

from tradecore.engines.digest.digest import report_of, select_news
from tradecore.engines.digest.editor import DigestEditor
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore.ports.language import Prompt
from tradecore.testing import ScriptedModel
from tradecore_adapters.news.sample import sample_items

_DAYS = 120
# By the beginning of a headline: what happened, why it matters, category, importance.
_SENTENCES = {
    "Nvidia reports quarterly revenue of $39.3": (
        "Nvidia's revenue grew 78% on the year to $39.3 billion, with $11 billion of it from Blackwell.",
        "The new generation sells at scale in its first quarter, which answers the fear of a gap between products.",
        "Markets & Flows",
        5,
    ),
    "Nvidia loses $589": (
        "Nvidia fell 17% and lost $589 billion of value in a day after a Chinese laboratory showed a frugal model.",
        "The price had assumed that better models need ever more chips; now that assumption has a rival.",
        "Markets & Flows",
        5,
    ),
    "Bybit loses": (
        "An attacker took about $1.5 billion of ether from one cold wallet of Bybit; the others were not affected.",
        "Cold storage was the part of an exchange that was held to be safe.",
        "Security & Incidents",
        5,
    ),
    "Nvidia reports quarterly revenue of $35.1": (
        "Nvidia's revenue rose 94% on the year to $35.1 billion, and Blackwell systems were being shipped.",
        "Growth slows only from a very high level, and the next product is out of the door.",
        "Markets & Flows",
        4,
    ),
    "Fed cuts rates by 25 basis points and": (
        "The Fed cut to 4.25-4.50% and signalled fewer cuts to come; shares and bitcoin fell.",
        "Money stays dearer for longer than prices had assumed, in stocks and in coins alike.",
        "Macro",
        5,
    ),
    "Fed cuts rates": (
        "The Federal Reserve lowered its range to 4.50-4.75%, the second cut of the year.",
        "The direction is down, one small step at a time.",
        "Macro",
        3,
    ),
    "Apple reports": (
        "Apple's revenue rose 6% to $94.9 billion, while a one-time tax charge in Europe cut into profit.",
        "The charge does not come back, so the sales say more about the business than the profit does.",
        "Markets & Flows",
        3,
    ),
    "MicroStrategy plans": (
        "MicroStrategy wants to raise $42 billion over three years from shares and bonds to buy bitcoin.",
        "A buyer of that size supports the price for as long as investors take its paper.",
        "Whales & Treasuries",
        4,
    ),
    "Nvidia joins": (
        "Nvidia replaced Intel in the Dow Jones Industrial Average of thirty companies.",
        "Funds that follow the index have to buy the one and sell the other.",
        "Markets & Flows",
        2,
    ),
    "Bitcoin crosses": (
        "Bitcoin passed $100,000 hours after a new head of the SEC had been named.",
        "The market pays for a change of the referee before it knows the rules.",
        "Markets & Flows",
        4,
    ),
    "Bitcoin sets": (
        "Bitcoin rose above $75,000, past its record of March, as the result of the election became clear.",
        "The vote was read as a vote for coins, and later prices depend on whether that was right.",
        "Markets & Flows",
        3,
    ),
}
_SUMMARY = (
    ("Nvidia carried the season: revenue of $39.3 billion after a day that cost $589 billion.", ("Nvidia",)),
    ("The Fed cut twice and then promised less, which hurt shares and bitcoin together.", ("Fed cuts",)),
    (
        "Bitcoin passed $75,000 and then $100,000 on politics, while MicroStrategy plans to buy on.",
        ("Bitcoin", "Micro"),
    ),
    ("Bybit lost about $1.5 billion of ether out of a cold wallet.", ("Bybit",)),
)


def answer(prompt: Prompt) -> str:
    """The answer to a prompt of the editor, by the headlines or sentences that it lists."""
    if titles := re.findall(r"Story (\d+)\n- [^:]+: (.*)", prompt.task):
        stories = []
        for number, title in titles:
            happened, matters, category, importance = next(
                sentences for start, sentences in _SENTENCES.items() if title.startswith(start)
            )
            written = {"happened": happened, "matters": matters, "category": category, "importance": importance}
            stories.append({"number": int(number), **written})
        return json.dumps({"stories": stories})
    listed = re.findall(r"^(\d+)\. (.*)$", prompt.task, re.MULTILINE)
    lines = []
    for text, starts in _SUMMARY:
        wanted = [sentences[0] for start, sentences in _SENTENCES.items() if start.startswith(starts)]
        numbers = [int(number) for number, line in listed if any(line.startswith(one) for one in wanted)]
        lines.append({"text": text, "stories": numbers})
    return json.dumps({"lines": lines})


async def edited_example() -> str:
    """The edited report in Markdown."""
    items = sample_items()
    end = max(item.published_at for item in items)
    hours = timedelta(days=_DAYS) // timedelta(hours=1)
    brief = DigestBrief(user_id=UserId("example"), hours=hours)
    selection = select_news(brief, items, (), end)
    model = ScriptedModel(answer, name="by-hand:example")
    return report_of(brief, selection, (), await DigestEditor(model).edit(selection)).markdown
