"""Validation finds what a step may not say, and says what to change."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import NewsSources, Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import faults, unsupported
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import EvidenceId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Claim,
    Collected,
    Proposed,
    Reported,
    Ruled,
    Side,
    Step,
)
from tradecore.model.usage import Call
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.news.sample import sample_items
from tradecore_adapters.sentiment.vader import VaderSentiment


@pytest.fixture
async def said(given: Any) -> tuple[Case, dict[str, Step]]:
    """A case with a clear uptrend, and everything that the rule-based desk says about it."""
    desk = given.desk(given.walk(3, drift=0.004, noise=0.008))
    steps = {one.key: one for one in await given.thought(desk, given.brief()) if isinstance(one, Step)}
    collected = steps["collect"]
    assert isinstance(collected, Collected)
    return Case(given.brief(), collected), steps


CaseAndSteps = tuple[Case, dict[str, Step]]


def proposal(said: CaseAndSteps) -> Proposed:
    found = said[1]["propose"]
    assert isinstance(found, Proposed)
    assert found.action is Action.BUY
    return found


def test_what_the_rules_say_holds(said: CaseAndSteps) -> None:
    case, steps = said
    assert [faults(case, step) for step in steps.values()] == [()] * len(steps)


@pytest.mark.parametrize("field", ["entry", "stop", "target"])
def test_a_level_that_was_not_computed_is_refused(said: CaseAndSteps, field: str) -> None:
    wrong = evolve(proposal(said), **{field: getattr(proposal(said), field) + Decimal("0.01")})
    assert any("is not among the computed levels" in fault for fault in faults(said[0], wrong))


def test_a_stop_above_the_entry_of_a_buy_is_refused(said: CaseAndSteps) -> None:
    right = proposal(said)
    wrong = evolve(right, stop=right.target, target=right.stop)
    assert any("A BUY needs stop < entry < target" in fault for fault in faults(said[0], wrong))


def test_the_levels_of_a_buy_are_no_levels_of_a_sell(said: CaseAndSteps) -> None:
    wrong = evolve(proposal(said), action=Action.SELL)
    assert any("A SELL needs target < entry < stop" in fault for fault in faults(said[0], wrong))


def test_a_hold_needs_a_band_around_the_entry_too(said: CaseAndSteps) -> None:
    right = proposal(said)
    wrong = evolve(right, action=Action.HOLD, target=right.entry)
    assert any("A HOLD needs stop < entry < target" in fault for fault in faults(said[0], wrong))


def test_a_price_of_one_for_a_stock_at_a_hundred_is_not_plausible(said: CaseAndSteps) -> None:
    wrong = evolve(proposal(said), entry=Decimal(1), stop=Decimal("0.9"), target=Decimal("1.2"))
    assert any("not plausible beside the last close" in fault for fault in faults(said[0], wrong))


@pytest.mark.parametrize("confidence", ["-0.1", "10.1", "NaN", "Infinity"])
def test_a_confidence_outside_its_range_is_refused(said: CaseAndSteps, confidence: str) -> None:
    wrong = evolve(proposal(said), confidence=Decimal(confidence))
    assert any("outside 0 to 10" in fault for fault in faults(said[0], wrong))


def test_a_price_that_is_no_number_is_refused(said: CaseAndSteps) -> None:
    wrong = evolve(proposal(said), stop=Decimal("NaN"))
    assert faults(said[0], wrong)


def test_evidence_that_does_not_exist_cannot_be_cited(said: CaseAndSteps) -> None:
    made_up = EvidenceId("E999")
    wrong: tuple[Step, ...] = (
        evolve(proposal(said), cites=(made_up,)),
        Argued(1, Side.BULL, (Claim("It is cheap.", (made_up,)),), "It is cheap."),
        Ruled(1, Decimal(0), "The bull is right [E999]."),
    )
    for step in wrong:
        assert any("There is no evidence E999" in fault for fault in faults(said[0], step))


def test_a_claim_has_to_cite_something_and_so_does_a_trade(said: CaseAndSteps) -> None:
    argued = Argued(1, Side.BULL, (Claim("It will rise.", ()),), "It will rise.")
    assert faults(said[0], argued) == ("The claim “It will rise.” cites no evidence.",)
    assert any("has to cite evidence" in fault for fault in faults(said[0], evolve(proposal(said), cites=())))


def test_a_number_has_to_stand_in_the_evidence_cited_beside_it(said: CaseAndSteps) -> None:
    case = said[0]
    rsi = case.by_measure["rsi"]
    assert rsi.value is not None
    right = Claim(f"RSI(14) is near {rsi.value:.0f}.", (rsi.id,))
    wrong = Claim("RSI(14) is at 99.7.", (rsi.id,))
    elsewhere = Claim(f"RSI(14) is near {rsi.value}.", (case.by_measure["close"].id,))
    assert faults(case, Argued(1, Side.BULL, (right,), right.text)) == ()
    for claim in (wrong, elsewhere):
        found = faults(case, Argued(1, Side.BULL, (claim,), claim.text))
        assert any("is not in the evidence cited beside it" in fault for fault in found)


def test_a_date_has_to_stand_in_the_evidence_too(said: CaseAndSteps) -> None:
    ruled = Ruled(1, Decimal(0), "Earnings come on 2024-11-20.")
    assert any("The date 2024-11-20 is not" in fault for fault in faults(said[0], ruled))


def test_digits_in_the_name_of_the_symbol_or_a_source_are_no_numbers(given: Any, said: CaseAndSteps) -> None:
    case = Case(given.brief("7203.T"), evolve(said[0].collected, sources=("feed 24x7",)))
    assert faults(case, Ruled(1, Decimal(0), "On 7203.T, feed 24x7 has nothing.")) == ()


def test_only_whole_names_are_names(given: Any, said: CaseAndSteps) -> None:
    case = Case(given.brief("1INCH-USD"), evolve(said[0].collected, sources=("7",)))
    assert faults(case, Ruled(1, Decimal(0), "1INCH has 7.")) == ()
    for text in ("1INCH77-USD has more.", "It has 76.", "It has 7%.", "It has 5.7."):
        assert faults(case, Ruled(1, Decimal(0), text))


def test_digits_in_the_name_of_the_model_that_wrote_a_report_are_no_numbers(said: CaseAndSteps) -> None:
    report = said[1]["report:fundamentals"]
    assert isinstance(report, Reported)
    named = evolve(report, markdown=f"{report.markdown}By acme:gpt-9-2031-05-06.")
    assert len(faults(said[0], named)) == 2
    assert faults(said[0], evolve(named, calls=(Call("acme:gpt-9-2031-05-06", 1, 0, 1), Call("", 1, 0, 1)))) == ()


def test_one_name_may_be_part_of_another(given: Any, said: CaseAndSteps) -> None:
    case = Case(given.brief(), evolve(said[0].collected, sources=("feed", "feed 24x7")))
    assert faults(case, Ruled(1, Decimal(0), "From feed 24x7.")) == ()


def test_what_is_wrong_with_an_unusable_step_is_what_it_says(said: CaseAndSteps) -> None:
    assert faults(said[0], Ruled(1, Decimal(9), "", failure="The judge declined.")) == ("The judge declined.",)


def test_a_single_statement_can_be_asked_about(said: CaseAndSteps) -> None:
    case = said[0]
    bare = Claim("It will rise.", ())
    assert unsupported(case, bare) == ("The claim “It will rise.” cites no evidence.",)
    assert unsupported(case, bare, needs_evidence=False) == ()
    wild = unsupported(case, Claim("It gained 94.7% [E1].", (EvidenceId("E1"), EvidenceId("E999"))))
    assert [fault.split(" ", 3)[:3] for fault in wild] == [["There", "is", "no"], ["The", "number", "94.7"]]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Ruled(1, Decimal("1.1"), "So."), "The balance 1.1 lies outside -1 to +1."),
        (Ruled(2, Decimal(0), " "), "The ruling of round 2 is empty."),
        (Argued(1, Side.BEAR, (), ""), "The bear argument of round 1 is empty."),
    ],
)
def test_empty_and_impossible_steps_are_refused(said: CaseAndSteps, step: Step, expected: str) -> None:
    assert expected in faults(said[0], step)


def test_a_score_rests_on_points_and_lies_in_its_range(said: CaseAndSteps) -> None:
    report = said[1]["report:fundamentals"]
    assert isinstance(report, Reported)
    assert any("without points it has to be 0" in f for f in faults(said[0], evolve(report, score=Decimal("0.5"))))
    assert any("outside -1 to +1" in f for f in faults(said[0], evolve(report, score=Decimal(2))))


def test_concerns_are_held_to_the_evidence_as_well(said: CaseAndSteps) -> None:
    risk = said[1]["assess"]
    assert isinstance(risk, Assessed)
    wrong = evolve(risk, concerns=("It fell by 87.6% in 1929.",))
    assert len(faults(said[0], wrong)) == 2


def test_concerns_may_name_the_position_that_was_computed(said: CaseAndSteps) -> None:
    risk = said[1]["assess"]
    assert isinstance(risk, Assessed)
    size = Decimal("3.37")
    named = evolve(risk, position_size=size, concerns=(f"A position of {size}% is large.",))
    assert faults(said[0], named) == ()
    assert faults(said[0], evolve(named, position_size=Decimal("3.47")))


def test_a_number_of_absurd_length_is_refused_and_breaks_nothing(said: CaseAndSteps) -> None:
    for text in ("It is worth 0." + "1" * 60 + ".", "It is worth " + "9" * 60 + "."):
        assert faults(said[0], Ruled(1, Decimal("NaN"), text))[1:]


@pytest.mark.parametrize(
    ("symbol", "day"),
    [
        ("AAPL", date(2008, 10, 10)),
        ("AAPL", date(2011, 3, 14)),
        ("MSFT", date(2009, 3, 9)),
        ("NVDA", date(2024, 10, 10)),
        ("BTC-USD", date(2023, 6, 14)),
    ],
)
async def test_nothing_that_the_rules_say_over_the_sample_is_objected_to(symbol: str, day: date) -> None:
    desk = Desk(Sources(SampleMarket(), NewsSources(MemoryNewsArchive(sample_items()), VaderSentiment())))
    asset_type = AssetType.CRYPTO if "-" in symbol else AssetType.EQUITY
    brief = AnalysisBrief(Symbol(symbol), asset_type, day, tuple(Analyst), 3, "any")
    steps = [step async for step in desk.think(brief, desk.plan(brief), {}, Budget()) if isinstance(step, Step)]
    collected = steps[0]
    assert isinstance(collected, Collected)
    case = Case(brief, collected)
    assert [fault for step in steps for fault in faults(case, step)] == []
