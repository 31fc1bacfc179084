"""A verb that lost a race is done again, a few times."""

import pytest

from tradecore.model.errors import Stale
from tradecore.use_cases.retry import MAX_ATTEMPTS, retry_on_conflict


class Race:
    """A verb that is Stale so many times."""

    def __init__(self, lost: int) -> None:
        self.left = lost

    @retry_on_conflict
    async def __call__(self, answer: str, *, shout: bool = False) -> str:
        if self.left:
            self.left -= 1
            raise Stale("Another writer was first; read again.")
        return answer.upper() if shout else answer


@pytest.mark.parametrize("lost", range(MAX_ATTEMPTS))
async def test_a_lost_race_is_run_again_with_the_same_arguments(lost: int) -> None:
    assert await Race(lost)("yes", shout=True) == "YES"


async def test_who_always_loses_is_told_so() -> None:
    race = Race(MAX_ATTEMPTS)
    with pytest.raises(Stale):
        await race("yes")
    assert race.left == 0
