"""Collecting reads all ports at the same time and lets nothing in from after the date."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import define, evolve, field, frozen

from company_facts import company, quarters
from tradecore.engines.desk.collect import NewsSources, Sources, assemble_evidence, collect, read_sources
from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.model.errors import Invalid, Refusal, Unavailable
from tradecore.model.evidence import EvidenceKind
from tradecore.model.fundamentals import CompanyFacts, Concept
from tradecore.model.market import AssetType, Bars, PriceSource, Symbol
from tradecore.model.steps import Analyst


def sources(given: Any, closes: list[float], items: tuple[Any, ...] = (), **fields: Any) -> Sources:
    series = {"NVDA": given.bars(closes), **fields.pop("others", {})}
    return Sources(given.market(series, **fields), NewsSources(given.news(items), given.tone))


@frozen
class InEuros:
    """A market whose prices are in euros."""

    market: Any

    async def bars(self, *asked: Any) -> Bars:
        return evolve(await self.market.bars(*asked), currency="EUR")

    async def benchmark(self, *_: object) -> None:
        return None


async def test_the_same_sources_give_the_same_digest(given: Any) -> None:
    first, again = [await collect(sources(given, given.walk(1)), given.brief()) for _ in range(2)]
    assert first == again
    other = await collect(sources(given, given.walk(2)), given.brief())
    assert first.digest != other.digest


async def test_ids_are_counted_and_nothing_is_later_than_the_day(given: Any) -> None:
    items = (given.item(1, "Good", given.at),)
    found = await collect(sources(given, given.walk(1), items), given.brief())
    assert [piece.id for piece in found.evidence] == [f"E{n}" for n in range(1, len(found.evidence) + 1)]
    assert max(piece.as_of for piece in found.evidence) == given.day
    assert found.sources == ("bars of the test", "The Wire", "lexicon over The Wire")


async def test_bars_and_news_from_the_future_are_dropped_whatever_a_port_promised(given: Any) -> None:
    day = given.day - timedelta(days=30)
    items = (given.item(1, "Bad", given.at - timedelta(days=32)), given.item(2, "Good", given.at))
    honest = await collect(sources(given, given.walk(1), items[:1]), given.brief(as_of=day))
    careless = sources(given, given.walk(1), items, honest=False)
    assert (await collect(careless, given.brief(as_of=day))).digest == honest.digest


def test_evidence_from_after_the_date_is_refused() -> None:
    late = EvidenceDraft(
        measure="close",
        statement="It will close.",
        as_of=date(2024, 1, 2),
        source="s",
        digest="d",
        value=Decimal(1),
    )
    with pytest.raises(ValueError, match="is later than 2024-01-01: It will close"):
        assemble_evidence([late], date(2024, 1, 1))


def test_a_draft_with_an_unknown_measure_is_refused() -> None:
    draft = EvidenceDraft(
        measure="mood", statement="It is.", as_of=date(2024, 1, 1), source="s", digest="d", value=Decimal(1)
    )
    with pytest.raises(KeyError, match="mood"):
        assemble_evidence([draft], date(2024, 1, 1))


async def test_the_currency_of_the_prices_is_part_of_what_was_read(given: Any) -> None:
    read = sources(given, given.walk(1))
    market = InEuros(read.market)
    readings = await read_sources(evolve(read, market=market), given.brief(), with_listing=False)
    assert readings.bars.currency == "EUR"


async def test_news_of_the_two_weeks_before_count_and_older_ones_do_not(given: Any) -> None:
    items = (given.item(1, "Good", given.at - timedelta(days=20)), given.item(2, "Bad", given.at))
    found = await collect(sources(given, given.walk(1), items), given.brief())
    assert [piece.source for piece in found.evidence if piece.measure == "headline"] == ["The Wire"]


async def test_news_are_not_read_for_analysts_who_do_not_need_them(given: Any) -> None:
    items = (given.item(1, "Good", given.at),)
    found = await collect(sources(given, given.walk(1), items), given.brief(analysts=(Analyst.TECHNICAL,)))
    assert not [piece for piece in found.evidence if piece.kind in (EvidenceKind.NEWS, EvidenceKind.SENTIMENT)]


async def test_a_benchmark_gives_beta_and_relative_strength(given: Any) -> None:
    found = await collect(
        sources(given, given.walk(1), others={"SPY": given.bars(given.walk(2))}, leader="SPY"), given.brief()
    )
    assert {"beta", "relative"} <= {piece.measure for piece in found.evidence}


async def test_a_benchmark_that_cannot_be_had_is_left_out(given: Any) -> None:
    found = await collect(sources(given, given.walk(1), leader="SPY"), given.brief())
    assert "beta" not in {piece.measure for piece in found.evidence}


@pytest.mark.parametrize("fails", ["bars", "benchmark"])
async def test_a_benchmark_that_is_unavailable_is_left_out_and_the_sources_say_so(given: Any, fails: str) -> None:
    @define
    class Unreliable:
        inner: Any

        async def bars(self, symbol: Symbol, *arguments: Any) -> Bars:
            if symbol == "SPY":
                raise Unavailable("The vendor does not answer.")
            bars: Bars = await self.inner.bars(symbol, *arguments)
            return bars

        async def benchmark(self, asset_type: AssetType) -> Symbol:
            if fails == "benchmark":
                raise Unavailable("The vendor does not answer.")
            return Symbol("SPY")

    market = Unreliable(given.market({"NVDA": given.bars(given.walk(1))}))
    collected = await collect(Sources(market), given.brief())  # type: ignore[arg-type]
    assert collected.sources == ("bars of the test", "no benchmark: its prices could not be read")
    without = await collect(sources(given, given.walk(1)), given.brief())
    assert [item.statement for item in collected.evidence] == [item.statement for item in without.evidence]


async def test_real_prices_are_never_measured_against_generated_ones(given: Any) -> None:
    @define
    class Mixed:
        market: Any
        asked: list[str] = field(factory=list)

        async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
            self.asked.append(symbol)
            found: Bars = await self.market.bars(symbol, asset_type, as_of, count)
            return evolve(found, source=PriceSource("made", synthetic=True)) if symbol == "SPY" else found

        async def benchmark(self, asset_type: AssetType) -> Symbol:
            return Symbol("SPY")

    series = {"NVDA": given.bars(given.walk(1)), "SPY": given.bars(given.walk(2))}
    mixed = Mixed(given.market(series))
    found = await collect(Sources(mixed), given.brief())  # type: ignore[arg-type]
    assert sorted(mixed.asked) == ["NVDA", "SPY"]
    assert "beta" not in {piece.measure for piece in found.evidence}
    assert found.sources == ("bars of the test",)


async def test_an_unknown_symbol_is_the_callers_to_change(given: Any) -> None:
    with pytest.raises(Invalid, match="There is no ZZZ"):
        await collect(sources(given, given.walk(1)), given.brief("ZZZ"))


async def test_the_ports_are_read_at_the_same_time(given: Any) -> None:
    inside = asyncio.Barrier(2)

    @define
    class Waiting:
        """Lets nobody go on before both ports were asked."""

        inner: Any

        async def bars(self, *asked: Any) -> Bars:
            await inside.wait()
            found: Bars = await self.inner.bars(*asked)
            return found

        async def benchmark(self, asset_type: AssetType) -> None:
            return None

        async def between(self, *asked: Any, **named: Any) -> tuple[Any, ...]:
            await inside.wait()
            return ()

    waiting = Waiting(given.market({"NVDA": given.bars(given.walk(1))}))
    async with asyncio.timeout(5):
        found = await collect(Sources(waiting, NewsSources(waiting, given.tone)), given.brief())  # type: ignore[arg-type]
    assert found.evidence


async def test_notes_about_rows_of_the_future_are_dropped(given: Any) -> None:
    @define
    class Noted:
        inner: Any

        async def bars(self, *asked: Any) -> Bars:
            found: Bars = await self.inner.bars(*asked)
            return evolve(found, repaired=("2024-10-09: mended.", "2024-10-11: mended too."))

        async def benchmark(self, asset_type: AssetType) -> None:
            return None

    noted = Noted(given.market({"NVDA": given.bars(given.walk(1))}))
    found = await collect(Sources(noted), given.brief())  # type: ignore[arg-type]
    statement = next(piece.statement for piece in found.evidence if piece.measure == "repaired")
    assert "2024-10-09" in statement
    assert "2024-10-11" not in statement


@define
class GivenFigures:
    """A source of figures that answers with what it was given, an error included."""

    answer: CompanyFacts | Refusal
    name: str = "the regulator"
    symbols: list[Symbol] = field(factory=list)

    async def facts(self, symbol: Symbol, asset_type: AssetType, as_of: date) -> CompanyFacts:
        self.symbols.append(symbol)
        if isinstance(self.answer, Refusal):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    "reason", [Invalid.one("symbol", "NVDA files nothing."), Unavailable("The regulator does not answer.")]
)
async def test_why_there_are_no_figures_is_evidence_and_the_analysis_goes_on(given: Any, reason: Refusal) -> None:
    read = evolve(sources(given, given.walk(1)), fundamentals=GivenFigures(reason))
    collected = await collect(read, given.brief())
    found = [item for item in collected.evidence if item.kind is EvidenceKind.FUNDAMENTALS]
    assert [item.statement for item in found] == [f"There are no company figures. {reason}"]
    assert found[0].source == "the regulator"


async def test_figures_from_after_the_date_are_dropped_here_as_well(given: Any) -> None:
    facts = company(*quarters(Concept.REVENUE, [100] * 8, first=given.day - timedelta(days=7 * 91)))
    collected = await collect(evolve(sources(given, given.walk(1)), fundamentals=GivenFigures(facts)), given.brief())
    found = [item for item in collected.evidence if item.kind is EvidenceKind.FUNDAMENTALS]
    assert found
    assert all(item.as_of <= given.day for item in found)
    assert facts.facts[-1].filed > given.day
    assert not any(str(facts.facts[-1].end) in item.statement for item in found)


async def test_figures_are_read_only_for_an_analyst_who_reads_them(given: Any) -> None:
    figures = GivenFigures(Unavailable("never asked"))
    read = evolve(sources(given, given.walk(1)), fundamentals=figures)
    await collect(read, given.brief(analysts=(Analyst.TECHNICAL,)))
    assert figures.symbols == []
