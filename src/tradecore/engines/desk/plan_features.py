"""Plan features: what each possible plan risks and pays, so that nobody has to calculate it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.risk import full_size, liquidity_class
from tradecore.engines.desk.wording import format_number, rounded


def plan_evidence(drafts: Sequence[EvidenceDraft]) -> Iterator[EvidenceDraft]:
    """One row for each pair of a computed stop and target, of both directions.

    `drafts` are those of levels and risk. A row gives the distances to stop and target in percent of the entry, the
    reward in multiples of the risk, and the largest size in percent of the portfolio.
    """
    known = {draft.measure: draft for draft in drafts}
    entry = known["level.entry"].value or Decimal(0)
    for side in ("long", "short"):
        for stop in _levels(known, "stop", side):
            for target in _levels(known, "target", side):
                yield _plan(known, side, entry, stop, target)


def _levels(known: Mapping[str, EvidenceDraft], kind: str, side: str) -> list[EvidenceDraft]:
    names = (f"level.{kind}.{side}.{origin}" for origin in ("swing", "range"))
    return [known[name] for name in names if name in known]


def _plan(
    known: Mapping[str, EvidenceDraft], side: str, entry: Decimal, stop: EvidenceDraft, target: EvidenceDraft
) -> EvidenceDraft:
    stop_price, target_price = stop.value or entry, target.value or entry
    risk, reward = abs(entry - stop_price), abs(target_price - entry)
    ratio = rounded(reward / risk, 2)
    volatility = known["volatility"].value if "volatility" in known else None
    turnover = known["turnover"].value if "turnover" in known else None
    size = full_size(entry, stop_price, volatility, liquidity_class(turnover or Decimal(0)))
    below, above = ("below", "above") if side == "long" else ("above", "below")
    return EvidenceDraft(
        measure=f"plan.{side}",
        statement=f"A {side} plan with the stop at {format_number(stop_price)} ({_percent(risk, entry)}% {below} the "
        f"entry) and the target at {format_number(target_price)} ({_percent(reward, entry)}% {above} it) pays "
        f"{format_number(ratio)} times its risk; its size is at most {format_number(size)}% of the portfolio.",
        as_of=stop.as_of,
        source=stop.source,
        digest=stop.digest,
        value=ratio,
    )


def _percent(distance: Decimal, entry: Decimal) -> str:
    return format_number(rounded(100 * distance / entry, 1))
