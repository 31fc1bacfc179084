"""`tradecore eval`: a language model on cases that are the same everywhere, or the desk on labelled corpora."""

import asyncio
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import rich_click as click
from attrs import evolve, frozen
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import RULES
from tradecore.model.errors import Invalid
from tradecore.model.intervals import wilson
from tradecore.model.market import Symbol
from tradecore.model.steps import Action
from tradecore.model.track_record import is_win
from tradecore.model.usage import Usage
from tradecore.use_cases.evaluate_model import CaseResult, EvaluateModel, EvaluationCase
from tradecore_adapters import ambient
from tradecore_adapters.http.responses import json_bytes
from tradecore_adapters.market.sample import SampleMarket
from tradecore_app.assembly import assemble
from tradecore_app.corpus_figures import corpus_figures, show_corpora
from tradecore_app.faulty_model import FaultyModel
from tradecore_app.settings import parse_model, read_settings

# Real prices of the shipped sample, in rising, falling and quiet years.
CASES = tuple(
    EvaluationCase(Symbol(symbol), date(year, month, day))
    for symbol, year, month, day in (
        ("IBM", 2008, 10, 10),
        ("AAPL", 2009, 3, 13),
        ("MSFT", 2010, 5, 14),
        ("GOOG", 2011, 8, 12),
        ("AAPL", 2012, 9, 21),
        ("IBM", 2012, 4, 20),
        ("MSFT", 2007, 11, 2),
        ("GOOG", 2009, 7, 17),
        ("IBM", 2010, 2, 5),
        ("AAPL", 2008, 1, 18),
        ("MSFT", 2012, 1, 27),
        ("GOOG", 2012, 10, 26),
    )
)


@click.command(name="eval")
@click.option("--model", help="The model, as PROVIDER:MODEL, such as openai:gpt-5-mini; without one, the corpora.")
@click.option(
    "--cases", "count", type=click.IntRange(1, len(CASES)), default=len(CASES), show_default=True, help="Cases to run."
)
@click.option("--depth", default=1, show_default=True, type=click.IntRange(1, 5), help="Rounds of debate.")
@click.option("--masked", is_flag=True, help="Run each case again with name, ticker and price level hidden.")
@click.option(
    "--spoil",
    type=click.IntRange(0, 100),
    default=0,
    metavar="PERCENT",
    help="Spoil the form of so many answers in 100, to see how many decisions survive.",
)
@click.option("--json", "json_wanted", is_flag=True, help="Print only the results, as JSON.")
def evaluate(model: str | None, count: int, depth: int, masked: bool, spoil: int, json_wanted: bool) -> None:
    """Run a language model on decisions of past days, and print how usable its answers are and what they cost.

    The evidence is that of the shipped prices. A model has read about those days: what its decisions returned is in
    sample, and only the difference to the masked run says something about its memory.

    Without --model, print how the desk reads the labelled shapes of answers and judges the labelled sentences that ship
    with tradecore. That asks no model.
    """
    if model is None:
        if masked or spoil:
            raise click.UsageError("--masked and --spoil need a --model.")
        figures = corpus_figures()
        if json_wanted:
            click.echo(json_bytes(figures))
        else:
            show_corpora(Console(), figures)
        return
    provider, name = parse_model(model)
    if provider == RULES:
        raise Invalid.one("model", "The rules answer no prompts; name a language model as PROVIDER:MODEL.")
    evaluation = _Evaluation(provider, name, CASES[:count], depth, masked, spoil)
    results = asyncio.run(evaluation.run(Console(stderr=True, quiet=json_wanted)))
    if json_wanted:
        cases = [_as_json(result) for result in results]
        click.echo(json_bytes({"model": model, "depth": depth, "spoilPercent": spoil, "cases": cases}))
        return
    console = Console()
    console.print(Text.assemble((f"Evaluation of {model}", "bold"), f"  {count} cases, depth {depth}"))
    console.print(_summary(results))
    if spoil:
        console.print(Text(f"The form of {spoil} answers in 100 was spoilt before the desk read them."))
    for sentence in _sentences(results):
        console.print(Text(sentence))


@frozen
class _Evaluation:
    """The run of one model over the cases; `spoil` answers in 100 are spoilt in form."""

    provider: str
    model: str
    cases: Sequence[EvaluationCase]
    depth: int
    masked: bool
    spoil: int

    async def run(self, console: Console) -> list[CaseResult]:
        """The results, by name and then masked; each is printed when it is there."""
        results = []
        async with assemble(read_settings()) as assembled:
            market = SampleMarket()
            scorer = evolve(assembled.core.score_decisions.scorer, market=market)
            router = self._spoilt(assembled.router)
            evaluation = EvaluateModel(market, router, scorer, time.monotonic, ambient.now().date())
            for hidden in (False, True) if self.masked else (False,):
                async for result in evaluation(
                    self.cases, provider=self.provider, model=self.model, depth=self.depth, masked=hidden
                ):
                    results.append(result)
                    shown = result.error or (result.decision.action if result.decision else "no decision")
                    name = "masked" if hidden else "named"
                    console.print(f"{result.case.symbol} {result.case.as_of}, {name}: {shown}, {result.seconds:.1f} s")
        return results

    def _spoilt(self, router: ModelRouter) -> ModelRouter:
        make = router.providers.get(self.provider)
        if not self.spoil or make is None:
            return router
        # The same answers are spoilt in every run.
        spoiling = {self.provider: lambda name: FaultyModel(make(name), self.spoil / 100)}
        return evolve(router, providers={**router.providers, **spoiling})


def _summary(results: Sequence[CaseResult]) -> Table:
    table = Table(box=box.SIMPLE, show_edge=False)
    table.add_column("")
    runs = _runs(results)
    for name in runs:
        table.add_column(name, justify="right")
    rows = [_figures(run) for run in runs.values()]
    for name in rows[0]:
        table.add_row(name, *(row[name] for row in rows))
    return table


def _runs(results: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """The results by run: by name, and masked where there is such a run."""
    named = [result for result in results if not result.masked]
    hidden = [result for result in results if result.masked]
    return {"by name": named, **({"masked": hidden} if hidden else {})}


def _figures(run: Sequence[CaseResult]) -> dict[str, str]:
    steps, unusable = sum(result.steps for result in run), sum(result.unusable for result in run)
    kept, dropped = sum(result.kept for result in run), sum(result.dropped for result in run)
    usage = sum((result.usage for result in run), Usage())
    seconds = sorted(result.seconds for result in run)
    returns = [float(result.outcome.return_percent) for result in run if result.outcome]
    rate = wilson(sum(is_win(value) for value in returns), len(returns))
    actions = [result.decision.action for result in run if result.decision]
    return {
        "usable answers": f"{steps - unusable} of {steps}",
        "decisions without review": str(
            sum(result.decision is not None and not result.decision.needs_review for result in run)
        ),
        "refused": str(sum(bool(result.error) for result in run)),
        "answers put right in form": str(sum(result.repaired for result in run)),
        "statements kept": str(kept),
        "statements dropped": str(dropped),
        "calls": str(usage.calls),
        "tokens in, out": f"{usage.input_tokens:,}, {usage.output_tokens:,}",
        "cost": "unknown price" if usage.cost is None else f"${usage.cost:.4f}",
        "seconds a case, median": f"{seconds[len(seconds) // 2]:.1f}",
        "BUY, SELL, HOLD": ", ".join(str(actions.count(action)) for action in Action),
        "mean confidence": f"{_confidence(run):.2f}" if actions else "–",
        "average return": f"{sum(returns) / len(returns):+.2f} %" if returns else "–",
        "hit rate": "–" if rate is None else f"{rate.estimate:.0f} % ({rate.low:.0f}–{rate.high:.0f})",
    }


def _confidence(run: Sequence[CaseResult]) -> Decimal:
    confidences = [result.decision.confidence for result in run if result.decision]
    return sum(confidences, Decimal(0)) / len(confidences)


def _sentences(results: Sequence[CaseResult]) -> list[str]:
    runs = _runs(results)
    sentences = ["Every case lies before the training of any model: returns and hit rates are in sample."]
    if "masked" in runs:
        pairs = [
            (named.decision, hidden.decision)
            for named, hidden in zip(runs["by name"], runs["masked"], strict=True)
            if named.decision and hidden.decision
        ]
        same = sum(named.action is hidden.action for named, hidden in pairs)
        sentences.append(
            f"With name, ticker and price level hidden, {same} of {len(pairs)} decisions have the same action. What "
            "the model gains by the name is memory rather than analysis."
        )
    return sentences


def _as_json(result: CaseResult) -> dict[str, object]:
    decision, outcome, usage = result.decision, result.outcome, result.usage
    return {
        "symbol": result.case.symbol,
        "date": result.case.as_of,
        "masked": result.masked,
        "answers": result.steps,
        "unusable": result.unusable,
        "repaired": result.repaired,
        "kept": result.kept,
        "dropped": result.dropped,
        "calls": usage.calls,
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "cost": usage.cost,
        "seconds": round(result.seconds, 3),
        "action": decision and decision.action,
        "confidence": decision and decision.confidence,
        "needsReview": decision and decision.needs_review,
        "actualReturn": outcome and outcome.return_percent,
        "error": result.error or None,
    }
