"""One thinks at a time, and between two of them the event loop serves everybody else."""

import asyncio
import itertools

import pytest

from tradecore.engines.desk.turns import Turns


async def test_of_many_who_want_to_think_one_does_at_a_time_and_others_get_a_word_in() -> None:
    turns, said = Turns(), list[str]()

    async def think(name: str) -> None:
        async with turns:
            said.append(name)

    async def serve() -> None:
        for _ in range(8):
            said.append("served")
            await asyncio.sleep(0)

    await asyncio.gather(*(think(name) for name in "abc"), serve())
    thoughts = [at for at, word in enumerate(said) if word != "served"]
    assert [said[at] for at in thoughts] == ["a", "b", "c"]
    assert all("served" in said[a:b] for a, b in itertools.pairwise(thoughts))


async def test_a_turn_is_given_back_after_an_error_and_after_cancelling() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="wrong"):
        async with turns:
            raise ValueError("wrong")

    async def think() -> None:
        async with turns:
            await asyncio.Event().wait()

    task = asyncio.ensure_future(think())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5), turns:
        pass
