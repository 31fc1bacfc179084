"""What language models cost a caller, and which there are."""

from datetime import timedelta
from decimal import Decimal

from attrs import frozen

from tradecore.model.language_models import ListedModel
from tradecore.model.usage import UsageReport
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store

MAX_DAYS = 366


@frozen
class GetUsage:
    """Get the usage of language models of the caller. `daily_budget` is in US dollars, None for no limit."""

    store: Store
    now: Now
    daily_budget: Decimal | None = None

    async def __call__(self, days: int, *, by: Caller) -> UsageReport:
        """The usage of the last `days` days (UTC), today included, and the budget of today."""
        today = self.now().date()
        async with self.store.snapshot() as uow:
            return UsageReport(
                rows=await uow.spending.usage(by.user, today - timedelta(days=days - 1)),
                today=today,
                spent=await uow.spending.spent(by.user, today),
                reserved=await uow.spending.reserved(by.user),
                limit=self.daily_budget,
            )


@frozen
class ListModels:
    """List the language models that a launch can name."""

    models: tuple[ListedModel, ...]

    async def __call__(self) -> tuple[ListedModel, ...]:
        """All models, the default first."""
        return self.models
