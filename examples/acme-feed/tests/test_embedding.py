"""Acme's adapters as objects, in a program that embeds tradecore."""

from acme_feed.client import AcmeClient
from acme_feed.market import AcmeMarket
from acme_feed.news import AcmeNews

from tradecore.testing import ScriptedModel
from tradecore_adapters.news.schedule import FetchPolicy
from tradecore_app import open_tradecore


async def test_an_analysis_reads_the_market_that_it_is_given(client: AcmeClient) -> None:
    market, news, model = AcmeMarket(client), AcmeNews(client, FetchPolicy()), ScriptedModel()
    async with open_tradecore(store="memory:", market=market, news=news, model=model) as desk:
        ticket = await desk.launch("ACME", "2024-10-10", analysts=("technical",))
        result = await desk.result(ticket.analysis)
    assert result.decision.action == "BUY"
    assert model.prompts
    assert [source for source in result.sources if source.startswith("Acme")]
