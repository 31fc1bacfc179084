"""What several calls took is what each of them took."""

from decimal import Decimal

from tradecore.model.usage import Call, Usage

PRICED = Call("a:one", 100, 40, 7, Decimal("0.002"))
CHEAP = Call("a:two", 10, 0, 1, Decimal("0.0000001"))
UNPRICED = Call("b:three", 1, 1, 1)


def test_nothing_took_nothing() -> None:
    assert Usage.of(()) == Usage(0, 0, 0, 0, Decimal(0))


def test_everything_is_added_up() -> None:
    assert Usage.of((PRICED, CHEAP)) == Usage(2, 110, 40, 8, Decimal("0.0020001"))
    assert Usage.of((PRICED, CHEAP)) == Usage.of((PRICED,)) + Usage.of((CHEAP,))


def test_one_unknown_price_makes_the_whole_cost_unknown_wherever_it_stands() -> None:
    for calls in ((UNPRICED, PRICED), (PRICED, UNPRICED, CHEAP)):
        used = Usage.of(calls)
        assert (used.calls, used.cost) == (len(calls), None)
