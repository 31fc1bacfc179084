"""For tests of adapters: the contract of each port as a pytest class, a scripted model, a clock and builders.

Subclass a suite, give its fixture, and pytest runs the contract over your adapter. `tradecore[testing]` installs what
the suites need; they expect `asyncio_mode = "auto"` of pytest-asyncio.
"""

import pytest

# Failing assertions of the suites show their values, as those of a test file do.
pytest.register_assert_rewrite(*(f"{__name__}.{module}" for module in (
    "market", "fundamentals", "news", "broker", "language", "calendar", "sentiment", "identity", "limits", "queue",
    "stream", "engine", "fx", "embeddings", "store", "store_alerts", "store_analyses", "store_events", "store_jobs",
    "store_comparisons", "store_money", "store_news", "store_notices", "store_price_alerts", "store_schedules",
    "store_scores", "store_spending", "store_users",
)))  # fmt: skip

from tradecore.testing.broker import BrokerSuite
from tradecore.testing.builders import PriceTable, make_bars, make_item, make_order, make_prompt
from tradecore.testing.calendar import CalendarSuite
from tradecore.testing.clock import ManualClock
from tradecore.testing.embeddings import EmbeddingsSuite
from tradecore.testing.engine import EngineSuite
from tradecore.testing.fundamentals import FundamentalsCase, FundamentalsSuite
from tradecore.testing.fx import ExchangeRatesSuite
from tradecore.testing.identity import IdentitySuite
from tradecore.testing.language import LanguageModelSuite
from tradecore.testing.limits import LimiterSuite
from tradecore.testing.market import MarketCase, MarketSuite
from tradecore.testing.news import NewsSourceSuite
from tradecore.testing.queue import JobQueueSuite
from tradecore.testing.scripted_model import ScriptedModel, valid_answer
from tradecore.testing.sentiment import SentimentSuite
from tradecore.testing.store import StoreSuite
from tradecore.testing.store_alerts import AlertStoreSuite
from tradecore.testing.store_analyses import AnalysisStoreSuite
from tradecore.testing.store_comparisons import ComparisonStoreSuite
from tradecore.testing.store_engine_records import EngineRecordStoreSuite
from tradecore.testing.store_events import EventLogSuite
from tradecore.testing.store_jobs import JobStoreSuite
from tradecore.testing.store_money import MoneyStoreSuite
from tradecore.testing.store_news import NewsStoreSuite
from tradecore.testing.store_notices import NoticeStoreSuite
from tradecore.testing.store_price_alerts import PriceAlertStoreSuite
from tradecore.testing.store_schedules import ScheduleStoreSuite
from tradecore.testing.store_scores import BacktestStoreSuite, ScoreStoreSuite
from tradecore.testing.store_spending import SpendingSuite
from tradecore.testing.store_users import UserStoreSuite
from tradecore.testing.store_webhooks import WebhookStoreSuite
from tradecore.testing.stream import EventStreamSuite

__all__ = [
    "AlertStoreSuite",
    "AnalysisStoreSuite",
    "BacktestStoreSuite",
    "BrokerSuite",
    "CalendarSuite",
    "ComparisonStoreSuite",
    "EmbeddingsSuite",
    "EngineRecordStoreSuite",
    "EngineSuite",
    "EventLogSuite",
    "EventStreamSuite",
    "ExchangeRatesSuite",
    "FundamentalsCase",
    "FundamentalsSuite",
    "IdentitySuite",
    "JobQueueSuite",
    "JobStoreSuite",
    "LanguageModelSuite",
    "LimiterSuite",
    "ManualClock",
    "MarketCase",
    "MarketSuite",
    "MoneyStoreSuite",
    "NewsSourceSuite",
    "NewsStoreSuite",
    "NoticeStoreSuite",
    "PriceAlertStoreSuite",
    "PriceTable",
    "ScheduleStoreSuite",
    "ScoreStoreSuite",
    "ScriptedModel",
    "SentimentSuite",
    "SpendingSuite",
    "StoreSuite",
    "UserStoreSuite",
    "WebhookStoreSuite",
    "make_bars",
    "make_item",
    "make_order",
    "make_prompt",
    "valid_answer",
]
