"""The invariants that hold after every fault, checked against the store and the history of a run."""

import asyncio
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import asyncpg

from chaos.cluster import Cluster
from chaos.metrics import Scraper
from servers import address
from tradecore.model.ledger import Book
from tradecore.model.money import Entry
from tradecore.model.orders import Order
from tradecore_adapters.store.documents import decode

# How long events may wait to be relayed, and jobs for their lease to end, after the last analysis, in seconds.
_SETTLING = 120.0
# What a server may answer when something that it needs is away.
_EXCUSED = {503, 504, 507}
_ENDS = {"AnalysisCompleted", "AnalysisFailed"}
Rows = list[tuple[Any, ...]]


async def rows(cluster: Cluster, sql: str) -> Rows:
    """The rows of a query, straight from the database."""
    if cluster.postgres:
        connection = await asyncpg.connect(address(cluster.postgres))
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()
    database = sqlite3.connect(cluster.folder / "data" / "tradecore.db")
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


async def check(cluster: Cluster, ids: list[str]) -> list[str]:
    """Every violation of an invariant, as a sentence; none after a good run. `ids` are the accepted analyses."""
    violations = await _wait_until_settled(cluster)
    for invariant in (_analyses, _events, _money, _ownership):
        violations += await invariant(cluster, ids)
    return [*violations, *_answers(cluster), *_observations(cluster)]


async def _wait_until_settled(cluster: Cluster) -> list[str]:
    deadline = asyncio.get_running_loop().time() + _SETTLING
    while True:
        [(outbox,)] = await rows(cluster, "SELECT COUNT(*) FROM outbox")
        [(running,)] = await rows(cluster, "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running')")
        if not outbox and not running:
            return []
        if asyncio.get_running_loop().time() > deadline:
            return [f"{outbox} events are still to be relayed, and {running} jobs to end."]
        await asyncio.sleep(0.2)


async def _analyses(cluster: Cluster, ids: list[str]) -> list[str]:
    states = dict(await rows(cluster, "SELECT id, state FROM analyses"))
    jobs = dict(await rows(cluster, "SELECT id, state FROM jobs"))
    results = Counter(id for (id,) in await rows(cluster, "SELECT analysis_id FROM analysis_results"))
    violations = [f"{id} was accepted and is not stored." for id in ids if id not in states]
    violations += [f"{id} is stored and was accepted by nobody." for id in states if id not in ids]
    for id, state in states.items():
        if state not in ("completed", "failed", "cancelled"):
            violations.append(f"{id} is {state}.")
        if results[id] != (state == "completed"):
            violations.append(f"{id} is {state} and has {results[id]} results.")
        if jobs.get(id) != state:
            violations.append(f"{id} is {state} and its job {jobs.get(id)}.")
    return violations


async def _events(cluster: Cluster, ids: list[str]) -> list[str]:
    sequences: dict[str, list[tuple[int, str, Any]]] = defaultdict(list)
    for topic, seq, kind, doc in await rows(
        cluster, "SELECT topic, seq, kind, doc FROM events WHERE topic LIKE 'analysis:%' ORDER BY topic, seq"
    ):
        sequences[topic.removeprefix("analysis:")].append((seq, kind, json.loads(doc)))
    decisions = {id: json.loads(doc)["decision"] for id, doc in await rows(cluster, "SELECT id, doc FROM analyses")}
    return [violation for id in ids for violation in _sequence(id, sequences[id], decisions.get(id))]


def _sequence(id: str, events: list[tuple[int, str, Any]], decision: Any) -> Iterator[str]:
    if [seq for seq, _, _ in events] != list(range(1, len(events) + 1)):
        yield f"The events of {id} have the numbers {[seq for seq, _, _ in events]}."
    progress = [doc["percent"] for _, _, doc in events if "percent" in doc]
    if progress != sorted(progress):
        yield f"The progress of {id} falls: {progress}."
    ends = [(seq, doc) for seq, kind, doc in events if kind in _ENDS]
    if [seq for seq, _ in ends] != [len(events)]:
        yield f"The events of {id} end {len(ends)} times."
    elif decision and (ends[0][1]["action"], ends[0][1]["confidence"]) != (decision["action"], decision["confidence"]):
        yield f"The last event of {id} has another decision than its analysis."


async def _money(cluster: Cluster, ids: list[str]) -> list[str]:
    orders = [decode(Order, doc) for (doc,) in await rows(cluster, "SELECT doc FROM orders")]
    violations = [
        f"The recommendation {id} has {number} orders."
        for id, number in Counter(order.recommendation for order in orders).items()
        if number > 1
    ]
    books: dict[str, Book] = defaultdict(Book)
    for user, doc in await rows(cluster, "SELECT user_id, doc FROM ledger_entries ORDER BY user_id, position"):
        books[user] = books[user].add(decode(Entry, doc))
    for user, book in books.items():
        cost = sum((position.cost for position in book.positions.values()), Decimal(0))
        if book.cash + cost != book.contributed + book.realised - book.fees:
            violations.append(f"The books of {user} do not balance.")
        if book.cash < 0:
            violations.append(f"{user} has {book.cash} in cash.")
        bought: Counter[Any] = Counter()
        for order in orders:
            if order.user == user:
                bought[order.asset] += order.filled if order.action == "BUY" else -order.filled
        if {asset: position.quantity for asset, position in book.positions.items()} != {
            asset: quantity for asset, quantity in bought.items() if quantity
        }:
            violations.append(f"The positions of {user} are not the sum of the fills.")
    return violations


async def _ownership(cluster: Cluster, ids: list[str]) -> list[str]:
    strangers = await rows(
        cluster,
        "SELECT analyses.id FROM analyses LEFT JOIN jobs ON jobs.id = analyses.id "
        "LEFT JOIN recommendations ON recommendations.id = analyses.id "
        "WHERE jobs.user_id <> analyses.user_id OR recommendations.user_id <> analyses.user_id",
    )
    return [f"Rows of {id} belong to two users." for (id,) in strangers]


def _answers(cluster: Cluster) -> Iterator[str]:
    for request in cluster.history.of("request"):
        if request["status"] < 500:
            continue
        text = f"{request['method']} {request['route']} was answered {request['status']}"
        if request["status"] not in _EXCUSED:
            yield f"{text}: {request['body']}"
        elif not request["retry_after"] or '"error"' not in request["body"]:
            yield f"{text} without Retry-After or envelope: {request['body']}"


def check_metrics(cluster: Cluster, scraper: Scraper, ids: list[str]) -> list[str]:
    """Violations of what metrics promise: the store has counted every end, and servers all that they refused."""
    return [*_counted_ends(scraper, ids), *_counted_answers(cluster, scraper)]


def _counted_ends(scraper: Scraper, ids: list[str]) -> Iterator[str]:
    ended = scraper.stored("tradecore_jobs_ended_total", "state")
    if sum(ended.values()) != len(ids):
        yield f"The metrics say that jobs ended as {ended}, and {len(ids)} analyses were accepted."
    if running := scraper.stored("tradecore_jobs", "state"):
        yield f"The metrics say that jobs are still {running}."


def _counted_answers(cluster: Cluster, scraper: Scraper) -> Iterator[str]:
    if any(web.starts > 1 for web in cluster.webs):
        return  # What a killed server counted since the last scrape is lost.
    counted = scraper.by("tradecore_http_requests_total", "status")
    for status, number in cluster.history.counts("request", "status").items():
        if status >= 500 and counted.get(str(status), 0) < number:
            yield f"Clients were answered {status} {number} times, and the metrics say {counted.get(str(status), 0)}."


def _observations(cluster: Cluster) -> Iterator[str]:
    """What clients saw: progress never falls, and no agent worked for longer than the whole run took."""
    percents: dict[str, int] = {}
    for status in cluster.history.of("status"):
        id, percent = status["id"], status["percent"]
        if percent < percents.get(id, 0):
            yield f"The progress of {id} fell from {percents[id]} to {percent}."
        percents[id] = percent
        if any(not 0 <= seconds <= status["at"] for seconds in status["durations"]):
            yield f"The agents of {id} took {status['durations']} s, {status['at']} s after the start."
