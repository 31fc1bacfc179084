"""What is read anew beside collected evidence is what that evidence rests on."""

from typing import Any

import pytest
from attrs import evolve, frozen

from company_facts import company, quarters
from tradecore.engines.desk.collect import NewsSources, Sources, collect, read_sources
from tradecore.engines.desk.snapshot import keep_collected
from tradecore.model.errors import Unavailable
from tradecore.model.fundamentals import CompanyFacts, Concept
from tradecore.model.news import ItemKind


@frozen
class Figures:
    """Company figures that can be exchanged."""

    known: CompanyFacts
    name: str = "the test"

    async def facts(self, *_: object) -> CompanyFacts:
        return self.known


def sources(given: Any, items: tuple[Any, ...], revenue: int, seed: int = 1) -> Sources:
    figures = Figures(company(*quarters(Concept.REVENUE, [100, 110, 120, revenue] * 4)))
    market = given.market({"NVDA": given.bars(given.walk(seed))})
    return Sources(market, NewsSources(given.news(items), given.tone), figures)  # type: ignore[arg-type]


async def test_items_and_figures_that_came_later_are_left_out_and_other_prices_are_refused(given: Any) -> None:
    brief = given.brief()
    news = tuple(given.item(n, f"Good {n}", given.at) for n in range(3))
    posts = tuple(evolve(given.item(n, "Bad", given.at), kind=ItemKind.SOCIAL) for n in range(10, 15))
    collected = await collect(sources(given, (*news, *posts), 130), brief, for_model=True)

    same = await read_sources(sources(given, (*news, *posts), 130), brief, with_listing=False)
    assert keep_collected(same, collected, brief.as_of) == same

    late = (given.item(7, "Bad", given.at), evolve(given.item(20, "Bad", given.at), kind=ItemKind.SOCIAL))
    changed = await read_sources(sources(given, (*news, *posts, *late), 999), brief, with_listing=False)
    kept = keep_collected(changed, collected, brief.as_of)
    assert (kept.news, kept.company) == (news, None)

    other = await read_sources(sources(given, news, 130, seed=2), brief, with_listing=False)
    with pytest.raises(Unavailable, match=r"^The prices of NVDA have changed since the evidence was collected"):
        keep_collected(other, collected, brief.as_of)
