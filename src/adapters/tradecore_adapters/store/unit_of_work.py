"""The unit of work over one SQL transaction: it gathers the repositories of every SQL dialect."""

from attrs import frozen

from tradecore_adapters.store.account_records import SqlAccountRecords
from tradecore_adapters.store.alerts import SqlAlerts
from tradecore_adapters.store.analyses import SqlAnalyses, SqlMeasurements
from tradecore_adapters.store.backtests import SqlBacktests
from tradecore_adapters.store.comparisons import SqlComparisons
from tradecore_adapters.store.connection import Connection
from tradecore_adapters.store.engine_records import SqlEngineRecords
from tradecore_adapters.store.event_log import SqlEventLog, SqlListeners
from tradecore_adapters.store.jobs import SqlJobs, SqlScheduledTasks
from tradecore_adapters.store.money import (
    SqlAccounts,
    SqlBrokerAccounts,
    SqlLedger,
    SqlOrders,
    SqlPaperOrders,
    SqlRecommendations,
)
from tradecore_adapters.store.news import SqlDeliveryLedger, SqlDigests, SqlReaderInterests, SqlSubscriptions
from tradecore_adapters.store.news_items import SqlItems
from tradecore_adapters.store.notices import SqlNoticeChannels, SqlNotices
from tradecore_adapters.store.price_alerts import SqlPriceAlerts
from tradecore_adapters.store.schedules import SqlSchedules, SqlWatchlists
from tradecore_adapters.store.scores import SqlScores
from tradecore_adapters.store.spending import SqlSpending
from tradecore_adapters.store.users import SqlReceipts, SqlUsers
from tradecore_adapters.store.webhooks import SqlWebhooks


@frozen
class SqlUnitOfWork:
    """One open transaction, with one repository per kind of entity."""

    connection: Connection

    @property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self.connection)

    @property
    def analyses(self) -> SqlAnalyses:
        return SqlAnalyses(self.connection)

    @property
    def scores(self) -> SqlScores:
        return SqlScores(self.connection)

    @property
    def engine_records(self) -> SqlEngineRecords:
        return SqlEngineRecords(self.connection)

    @property
    def backtests(self) -> SqlBacktests:
        return SqlBacktests(self.connection)

    @property
    def comparisons(self) -> SqlComparisons:
        return SqlComparisons(self.connection)

    @property
    def measurements(self) -> SqlMeasurements:
        return SqlMeasurements(self.connection)

    @property
    def spending(self) -> SqlSpending:
        return SqlSpending(self.connection)

    @property
    def users(self) -> SqlUsers:
        return SqlUsers(self.connection)

    @property
    def receipts(self) -> SqlReceipts:
        return SqlReceipts(self.connection)

    @property
    def scheduled_tasks(self) -> SqlScheduledTasks:
        return SqlScheduledTasks(self.connection)

    @property
    def events(self) -> SqlEventLog:
        return SqlEventLog(self.connection)

    @property
    def listeners(self) -> SqlListeners:
        return SqlListeners(self.connection)

    @property
    def alerts(self) -> SqlAlerts:
        return SqlAlerts(self.connection)

    @property
    def price_alerts(self) -> SqlPriceAlerts:
        return SqlPriceAlerts(self.connection)

    @property
    def notice_channels(self) -> SqlNoticeChannels:
        return SqlNoticeChannels(self.connection)

    @property
    def notices(self) -> SqlNotices:
        return SqlNotices(self.connection)

    @property
    def webhooks(self) -> SqlWebhooks:
        return SqlWebhooks(self.connection)

    @property
    def watchlists(self) -> SqlWatchlists:
        return SqlWatchlists(self.connection)

    @property
    def schedules(self) -> SqlSchedules:
        return SqlSchedules(self.connection)

    @property
    def account_records(self) -> SqlAccountRecords:
        return SqlAccountRecords(self.connection)

    @property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self.connection)

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.connection)

    @property
    def recommendations(self) -> SqlRecommendations:
        return SqlRecommendations(self.connection)

    @property
    def orders(self) -> SqlOrders:
        return SqlOrders(self.connection)

    @property
    def broker_accounts(self) -> SqlBrokerAccounts:
        return SqlBrokerAccounts(self.connection)

    @property
    def paper_orders(self) -> SqlPaperOrders:
        return SqlPaperOrders(self.connection)

    @property
    def items(self) -> SqlItems:
        return SqlItems(self.connection)

    @property
    def deliveries(self) -> SqlDeliveryLedger:
        return SqlDeliveryLedger(self.connection)

    @property
    def subscriptions(self) -> SqlSubscriptions:
        return SqlSubscriptions(self.connection)

    @property
    def digests(self) -> SqlDigests:
        return SqlDigests(self.connection)

    @property
    def interests(self) -> SqlReaderInterests:
        return SqlReaderInterests(self.connection)
