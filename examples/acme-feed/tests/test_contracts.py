"""The contracts of tradecore over Acme's market, news and engine."""

from datetime import date

import pytest
from acme_feed.client import AcmeClient
from acme_feed.engine import AcmeEngine
from acme_feed.market import AcmeMarket
from acme_feed.news import AcmeNews
from attrs import evolve

from tradecore.model.market import AssetType, Symbol
from tradecore.testing import EngineSuite, MarketCase, MarketSuite, NewsSourceSuite
from tradecore_adapters.news.schedule import FetchPolicy


class TestAcmeMarket(MarketSuite):
    @pytest.fixture
    def market_case(self, client: AcmeClient) -> MarketCase:
        return MarketCase(AcmeMarket(client), Symbol("ACME"), AssetType.EQUITY, date(2024, 1, 1), date(2024, 10, 20))


class TestAcmeNews(NewsSourceSuite):
    @pytest.fixture
    def news_source(self, client: AcmeClient) -> AcmeNews:
        return AcmeNews(client, FetchPolicy())

    @pytest.fixture
    def failing_source(self, client: AcmeClient) -> AcmeNews:
        return AcmeNews(evolve(client, url="http://127.0.0.1:9"), FetchPolicy())


class TestAcmeEngine(EngineSuite):
    @pytest.fixture
    def engine(self) -> AcmeEngine:
        return AcmeEngine()
