"""Made-up news in the proportions of real news: events of companies, coins and authorities, told by several outlets."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import accumulate
from math import exp

from attrs import frozen

from tradecore.engines.digest.everyday_words import everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.term_weights import parse_term_weights
from tradecore.model.news import RawItem

START = datetime(2026, 3, 1, tzinfo=UTC)
_REPORTS = (1, 1, 1, 1, 1, 1, 2, 2, 3, 5)
"""How many outlets report an event: most are reported by one."""
_RARE_WORDS, _RARE_WEIGHT, _UNLISTED_WEIGHT = 20_000, 9.5, 7.0
_DEEDS = (
    "buys|acquires|to buy|agrees to acquire|takes over", "sells|divests|to sell|disposes of|offloads",
    "sues|takes to court|files suit against|accuses",
    "settles with|ends case with|reaches deal with|pays to settle with",
    "launches|unveils|introduces|rolls out|starts", "halts|suspends|pauses|stops",
    "recalls|pulls back|withdraws", "cuts|lowers|reduces|slashes|trims", "raises|lifts|increases|hikes",
    "beats estimates on|tops forecasts for|posts record",
    "misses estimates on|falls short on|disappoints with", "hires|appoints|names|picks",
    "fires|ousts|removes|parts with", "lays off staff at|cuts jobs at|shrinks",
    "opens|builds|expands|breaks ground on", "closes|shuts|winds down",
    "approves|clears|gives green light to", "rejects|blocks|turns down|vetoes",
    "delays|postpones|pushes back", "probes|investigates|looks into|examines", "warns of|cautions on|flags",
    "lists|adds|starts trading of", "delists|removes trading of|drops",
    "partners with|joins forces with|teams up with", "loses|is robbed of|sees theft of",
    "falls on|slides after|drops on|sinks on", "rallies on|jumps after|climbs on|gains on",
    "upgrades|turns bullish on", "downgrades|turns bearish on", "denies|rebuts|disputes",
    "plans|considers|weighs|mulls", "fines|penalises|punishes",
)  # fmt: skip
_FILLERS = (
    "the",
    "of the",
    "to",
    "in a",
    "and",
    "for",
    "on",
    "is",
    "with",
    "that",
    "as it",
    "by its",
    "from",
    "after",
    "",
)
_EVEN_NAMES = 5
"""Names follow Zipf's law but for the first few, so that one headline in fifty is about the most frequent one."""
_AMOUNTS = ("${}M", "${} million", "{}%", "{} basis points", "${} billion", "{} BTC", "{:,} jobs")


def entries(count: int, *, span: timedelta, sources: int = 100, seed: int = 1) -> list[RawItem]:
    """`count` entries within `span` of START in the order of their time; the same for the same arguments.

    The words of headlines and texts are as frequent as in the table of term weights, names follow Zipf's law, and of
    ten events four are reported by several of the `sources`.
    """
    chance = random.Random(seed)
    words = _Words.of(chance)
    reports: list[RawItem] = []
    while len(reports) < count:
        event = _Event.of(words, chance)
        moment = START + span * chance.random()
        outlets = chance.sample(range(sources), chance.choice(_REPORTS))
        for outlet in outlets:
            reports.append(event.report(f"Outlet {outlet}", len(reports), moment, words, chance))
            moment = min(moment + timedelta(minutes=chance.expovariate(1 / 60)), START + span)
    return sorted(reports[:count], key=lambda entry: (entry.published_at or START, entry.url or ""))


@frozen
class _Words:
    """Words with their cumulative frequencies, and names with theirs."""

    words: Sequence[str]
    frequencies: Sequence[float]
    names: Sequence[str]
    name_frequencies: Sequence[float]

    @classmethod
    def of(cls, chance: random.Random) -> "_Words":
        table = parse_term_weights(files("tradecore.engines.digest").joinpath("term_weights.txt").read_text("utf-8"))
        weights = {word: weight for word, weight in table.items() if word.isalpha()}
        weights |= {word: _UNLISTED_WEIGHT for word in sorted(everyday_words()) if word not in weights}
        weights |= {made_up_word(number): _RARE_WEIGHT for number in range(_RARE_WORDS)}
        listed = files("tradecore.engines.desk").joinpath("company_names.tsv").read_text("utf-8").splitlines()
        names = [line.partition("\t")[2] for line in listed if "\t" in line]
        names += [name.capitalize() for name in sorted({*lexicon().entities, *lexicon().assets}) if name.isalpha()] * 3
        chance.shuffle(names)
        return cls(
            list(weights),
            list(accumulate(exp(-weight) for weight in weights.values())),
            names,
            list(accumulate(1 / (rank + _EVEN_NAMES) for rank in range(1, len(names) + 1))),
        )

    def some(self, count: int, chance: random.Random) -> list[str]:
        return chance.choices(self.words, cum_weights=self.frequencies, k=count)

    def name(self, chance: random.Random) -> str:
        [name] = chance.choices(self.names, cum_weights=self.name_frequencies)
        return name


@frozen
class _Event:
    """Who did what to what, for how much, and what else is told of it."""

    actor: str
    deed: Sequence[str]
    thing: Sequence[str]
    amount: str
    details: Sequence[str]

    @classmethod
    def of(cls, words: _Words, chance: random.Random) -> "_Event":
        amount = chance.choice(_AMOUNTS).format(chance.randrange(1, 900)) if chance.random() < 0.5 else ""
        other = [words.name(chance)] if chance.random() < 0.3 else []
        deed = chance.choice(_DEEDS).split("|")
        return cls(words.name(chance), deed, [*other, *words.some(3, chance)], amount, words.some(20, chance))

    def report(self, source: str, number: int, at: datetime, words: _Words, chance: random.Random) -> RawItem:
        """The event in the words of an outlet: its own verb, and a text of which half is its own."""
        thing = list(self.thing)
        if chance.random() < 0.5:
            thing[chance.randrange(len(thing))] = words.some(1, chance)[0]
        amount = f" for {self.amount}" if self.amount and chance.random() < 0.8 else ""
        title = f"{self.actor} {chance.choice(self.deed)} {' '.join(thing)}{amount}"
        told = [*chance.sample(self.details, 10), *words.some(12, chance)]
        spoken = [f"{word} {chance.choice(_FILLERS)}" for word in told]
        text = f"{self.actor} said on {at:%A} {' '.join(spoken)}. {' '.join(words.some(6, chance)).capitalize()}."
        return RawItem(source=source, title=title, summary=text, url=f"https://news.example/{number}", published_at=at)


def made_up_word(number: int) -> str:
    """A made-up word, another one for every number."""
    digits = (number % 17, number // 17 % 17, number // 289 % 17, number // 4913 % 17)
    return "".join("bcdfghklmnprstvwz"[digit] + "aeiou"[digit % 5] for digit in digits)
