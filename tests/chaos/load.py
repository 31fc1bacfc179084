"""The load on a cluster: analyses are launched and watched, and recommendations executed, through all web servers."""

import asyncio
from random import Random
from typing import Any

import httpx
from attrs import define, field

from chaos.cluster import Cluster

# How often a request is repeated that was refused or lost, and the pause between, in seconds.
_TRIES, _PAUSE = 60, 0.5
BRIEF = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical", "fundamentals"],
    "config": {"researchDepth": 1, "llmModel": "gpt-4o-mini", "llmProvider": "openai"},
}


@define(eq=False)
class Load:
    """Requests to a cluster, each recorded in its history."""

    cluster: Cluster
    random: Random
    ids: list[str] = field(factory=list)
    ended: dict[str, str] = field(factory=dict)
    executed: set[str] = field(factory=set)

    async def launch(self, analyses: int, *, within: float) -> None:
        """Launch analyses one after the other, spread over `within` seconds; each is launched once."""
        for number in range(analyses):
            body = await self._until_accepted("POST", "/api/analyze", json=BRIEF, key=f"launch-{number}")
            self.ids.append(body["data"]["analysisId"])
            await asyncio.sleep(within / analyses)

    async def offer(self, rate: float, *, seconds: float) -> None:
        """Launch so many analyses a second, whatever becomes of them, and afterwards one more until it is accepted."""
        async with asyncio.TaskGroup() as group:
            for number in range(round(rate * seconds)):
                group.create_task(self._offer_one(number))
                await asyncio.sleep(1 / rate)
        self.cluster.history.add("offer over")
        await self.launch(1, within=0)
        self.cluster.history.add("recovered")

    async def _offer_one(self, number: int) -> None:
        headers = {"Idempotency-Key": f"offer-{number}"}
        answer = await self._request("POST", "/api/analyze", json=BRIEF, headers=headers)
        if answer is not None and answer.status_code == 202:
            self.ids.append(answer.json()["data"]["analysisId"])

    async def watch(self) -> None:
        """Ask for the status of all analyses that have not ended, again and again, until cancelled."""
        while True:
            for id in self.ids:
                if id not in self.ended:
                    await self._look(id)
            await asyncio.sleep(0.2)

    async def execute(self) -> None:
        """Execute pending recommendations, each twice at the same time through different servers, until cancelled."""
        path = "/api/portfolio/recommendations"
        while True:
            await asyncio.sleep(1.0)
            answer = await self._request("GET", path)
            if answer is None or answer.status_code != 200:
                continue
            for recommendation in answer.json()["data"]:
                if recommendation["status"] == "pending" and len(self.executed) < 20:
                    self.executed.add(recommendation["id"])
                    await asyncio.gather(
                        *(self._request("POST", f"{path}/{recommendation['id']}/execute", through=n) for n in (0, 1))
                    )

    async def all_ended(self) -> None:
        """Wait until each launched analysis has ended."""
        while len(self.ended) < len(self.ids):
            await asyncio.sleep(0.1)

    async def _look(self, id: str) -> None:
        answer = await self._request("GET", f"/api/analyze/{id}/status")
        if answer is None or answer.status_code != 200:
            return
        status = answer.json()["data"]
        progress = status["progress"]
        durations = [agent["duration"] for agent in progress["agents"] if agent["duration"] is not None]
        self.cluster.history.add(
            "status", id=id, status=status["status"], percent=progress["overallPercent"], durations=durations
        )
        if status["status"] in ("completed", "error"):
            self.ended[id] = status["status"]

    async def _until_accepted(self, method: str, path: str, *, key: str, json: Any) -> Any:
        for _ in range(_TRIES):
            answer = await self._request(method, path, json=json, headers={"Idempotency-Key": key})
            if answer is not None and answer.status_code != 401 and answer.status_code < 500:
                assert answer.status_code == 202, answer.text
                return answer.json()
            await asyncio.sleep(_PAUSE)
        raise TimeoutError(f"{method} {path} was not accepted in {_TRIES} tries.")

    async def _request(
        self, method: str, path: str, *, through: int | None = None, **options: Any
    ) -> httpx.Response | None:
        """The response of one server; None where the connection failed."""
        clients = self.cluster.clients
        client = clients[(self.random.randrange(len(clients)) if through is None else through) % len(clients)]
        route, began = path.split("/")[2], asyncio.get_running_loop().time()
        try:
            answer = await client.request(method, path, **options)
        except httpx.TransportError as error:
            self.cluster.history.add("request", method=method, route=route, status=0, error=type(error).__name__)
            return None
        self.cluster.history.add(
            "request",
            method=method,
            route=route,
            status=answer.status_code,
            seconds=round(asyncio.get_running_loop().time() - began, 4),
            **self._refusal(answer),
        )
        if answer.status_code == 401:
            await self.cluster.sign_in()
        return answer

    def _refusal(self, answer: httpx.Response) -> dict[str, object]:
        """What a check of server errors needs to know."""
        if answer.status_code < 500:
            return {}
        return {"retry_after": answer.headers.get("Retry-After"), "body": answer.text[:300]}
