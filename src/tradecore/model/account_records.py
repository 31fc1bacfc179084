"""What the store has about one user, as records of a few kinds."""

from enum import StrEnum

from attrs import frozen


class RecordKind(StrEnum):
    """The kinds of records of a user, each a file of an export."""

    ANALYSES = "analyses"
    HIDDEN_ANALYSES = "hidden_analyses"
    STEPS = "steps"
    RESULTS = "results"
    SCORES = "scores"
    COMPARISONS = "comparisons"
    RECOMMENDATIONS = "recommendations"
    ORDERS = "orders"
    LEDGER = "ledger"
    ALERTS = "alerts"
    PRICE_ALERTS = "price_alerts"
    DIGESTS = "digests"
    DIGEST_RESULTS = "digest_results"
    DELIVERIES = "deliveries"
    INTERESTS = "interests"
    WEBHOOK_DELIVERIES = "webhook_deliveries"
    NOTICES = "notices"
    WATCHLISTS = "watchlists"
    SCHEDULES = "schedules"
    SCHEDULE_RUNS = "schedule_runs"


@frozen
class AccountRecord:
    """One stored document: its key, unique within its kind, and the document as JSON text."""

    key: str
    document: str
