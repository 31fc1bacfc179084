"""Response shapes of language models and their usage."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore.model.language_models import ListedModel
from tradecore.model.usage import DailyUsage, Usage, UsageReport
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.schemas import IsoDay, Number
from tradecore_adapters.http.responses import number


class TokenPriceData(Struct, rename="camel"):
    """US dollars per million tokens."""

    input: Number
    cached_input: Number
    output: Number


class ModelData(Struct, rename="camel"):
    """A language model, by the names that `config.llmProvider` and `config.llmModel` take.

    `reason` says why it is not available here. `cutoff` is the last day that it has read about, as far as is known and
    mostly not verified: analyses of earlier days prove nothing about it.
    """

    name: str
    provider: str
    available: bool
    default: Annotated[bool, Meta(description="Whether launches that name no model use it")]
    reason: str | UnsetType = UNSET
    price: TokenPriceData | UnsetType = UNSET
    cutoff: IsoDay | UnsetType = UNSET


class ModelsData(Struct, rename="camel"):
    """The language models of this installation; without any, analyses are made by rules."""

    models: list[ModelData]


class UsageShareData(Struct, rename="camel"):
    """What one model or agent took; `dollars` is null where a price is not known."""

    name: str
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Number | None


class UsageDayData(Struct, rename="camel"):
    """What the analyses of a day (UTC) took; `dollars` is null where a price is not known."""

    date: IsoDay
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Number | None
    by_model: list[UsageShareData]
    by_agent: list[UsageShareData]


class BudgetData(Struct, rename="camel"):
    """The budget of today in US dollars: abandoned calls count as spent at their upper bound."""

    spent: Number
    reserved: Annotated[Number, Meta(description="Set aside for analyses in progress")]
    limit: Number | UnsetType = UNSET


class UsageReportData(Struct, rename="camel"):
    """Days with calls of language models, newest first, and the budget of today."""

    days: list[UsageDayData]
    today: BudgetData


def models_of(listed: Sequence[ListedModel]) -> ModelsData:
    """The models there are."""
    return ModelsData(
        [
            ModelData(
                name=model.name,
                provider=model.provider,
                available=not model.unavailable,
                default=model.default,
                reason=caller_text(model.unavailable or "") or UNSET,
                price=UNSET
                if model.price is None
                else TokenPriceData(number(model.price.input), number(model.price.cached), number(model.price.output)),
                cutoff=UNSET if model.cutoff is None else model.cutoff.isoformat(),
            )
            for model in listed
        ]
    )


def usage_of(report: UsageReport) -> UsageReportData:
    """The usage by day, newest first."""
    days = sorted({row.day for row in report.rows}, reverse=True)
    return UsageReportData(
        [_day(day, [row for row in report.rows if row.day == day]) for day in days],
        BudgetData(
            number(report.spent),
            number(report.reserved),
            UNSET if report.limit is None else number(report.limit),
        ),
    )


def _day(day: date, rows: Sequence[DailyUsage]) -> UsageDayData:
    total = _sum(rows)
    return UsageDayData(
        date=day.isoformat(),
        calls=total.calls,
        input_tokens=total.input_tokens,
        output_tokens=total.output_tokens,
        dollars=_dollars(total),
        by_model=_shares((row.model, row) for row in rows),
        by_agent=_shares((row.agent, row) for row in rows),
    )


def _shares(rows: Iterable[tuple[str, DailyUsage]]) -> list[UsageShareData]:
    """The sums by name, in the order in which names first come."""
    groups: dict[str, list[DailyUsage]] = {}
    for name, row in rows:
        groups.setdefault(name, []).append(row)
    sums = {name: _sum(group) for name, group in groups.items()}
    return [
        UsageShareData(name, usage.calls, usage.input_tokens, usage.output_tokens, _dollars(usage))
        for name, usage in sums.items()
    ]


def _sum(rows: Iterable[DailyUsage]) -> Usage:
    return sum((row.usage for row in rows), Usage())


def _dollars(usage: Usage) -> Number | None:
    return None if usage.cost is None else number(usage.cost)
