"""Settings of jobs and their workers."""

from pydantic import AliasChoices, Field

from tradecore_app.settings.group import Group


class JobSettings(Group):
    """How jobs wait, run and report their progress."""

    queue: str = Field(
        "memory:",
        validation_alias=AliasChoices("TRADECORE_QUEUE", "REDIS_URL"),
        description="what announces jobs to workers: memory:, redis://HOST, or dramatiq+redis://HOST",
    )
    stream: str = Field(
        "memory:",
        validation_alias=AliasChoices("TRADECORE_STREAM", "REDIS_URL"),
        description="what carries events to clients: memory: or redis://HOST",
    )
    max_waiting: int = Field(
        1000,
        ge=1,
        le=1_000_000_000,
        validation_alias="TRADECORE_QUEUE_LIMIT",
        description="jobs that may wait; more are refused",
    )
    lease_seconds: int = Field(
        10,
        ge=2,
        le=3600,
        validation_alias="TRADECORE_LEASE_SECONDS",
        description="seconds after which another worker takes over the jobs of one that died",
    )
    concurrency: int = Field(
        64, ge=1, le=1000, validation_alias="TRADECORE_CONCURRENCY", description="jobs that one worker runs at a time"
    )

    @property
    def dramatiq(self) -> bool:
        """Whether Dramatiq's workers run the jobs."""
        return self.queue.startswith("dramatiq+")

    @property
    def shares_stream(self) -> bool:
        """Whether events reach the clients of other processes; within one process, its server relays them."""
        return not self.stream.startswith("memory:")
