"""Schedules: work that is done at certain times for a user."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.analysis_briefs import DEPTHS
from tradecore.model.errors import Invalid
from tradecore.model.ids import ScheduleId, Topic, TopicKind, UserId, WatchlistId, topic_of
from tradecore.model.market import AssetType
from tradecore.model.money import Asset
from tradecore.model.news import EVERYTHING, Interests
from tradecore.model.steps import Analyst
from tradecore.model.watchlists import check_assets

MAX_NAME_LENGTH = 100
# How late a missed run may be caught up, and the delay after a close, at most.
MAX_CATCH_UP, MAX_DELAY = timedelta(hours=24), timedelta(hours=12)
DEFAULT_CATCH_UP, DEFAULT_DELAY = timedelta(hours=6), timedelta(minutes=30)


class Exchange(StrEnum):
    """Exchanges whose trading days are known, by their ISO 10383 codes."""

    NEW_YORK = "XNYS"

    @property
    def asset_type(self) -> AssetType:
        """What its trading calendar is listed under."""
        return AssetType.EQUITY


@frozen
class CronTime:
    """The times of a cron expression of five fields, in a time zone of the IANA database."""

    expression: str
    time_zone: str


@frozen
class AfterClose:
    """A time on each trading day of an exchange: `delay` after its close. Raises Invalid for a delay out of range."""

    exchange: Exchange
    delay: timedelta = DEFAULT_DELAY

    def __attrs_post_init__(self) -> None:
        if not timedelta(0) <= self.delay <= MAX_DELAY:
            raise Invalid.one("delay", f"A run comes 0 to {MAX_DELAY // timedelta(minutes=1)} minutes after a close.")


@frozen(kw_only=True)
class ScheduledAnalyses:
    """An analysis of each symbol of a watchlist, or of `assets` where there is none; otherwise as in AnalysisBrief.

    - `compared`: the engines of a comparison of each symbol, in place of an analysis by one engine.
    - `max_cost`: what a run may cost at most in US dollars; None for no bound but that of the user's day.
    - `issue`: whether recommendations are issued, as after an analysis that a user launches.

    Raises Invalid where there is neither or both of a watchlist and assets, and for analysts and a depth as an
    AnalysisBrief does.
    """

    watchlist: WatchlistId | None = None
    assets: tuple[Asset, ...] = ()
    analysts: tuple[Analyst, ...]
    depth: int
    model: str
    provider: str | None = None
    engine: str | None = None
    compared: tuple[str, ...] = ()
    max_cost: Decimal | None = None
    issue: bool = False

    def __attrs_post_init__(self) -> None:
        if (self.watchlist is None) == (not self.assets):
            raise Invalid.one("watchlist", "Name either a watchlist or symbols.")
        if self.assets:
            check_assets(self.assets)
        if not self.analysts or len(set(self.analysts)) < len(self.analysts):
            raise Invalid.one("analysts", f"Name each of {', '.join(Analyst)} at most once, and at least one.")
        if self.depth not in DEPTHS:
            raise Invalid.one("depth", f"A debate has {DEPTHS[0]} to {DEPTHS[-1]} rounds.")
        if self.max_cost is not None and self.max_cost < 0:
            raise Invalid.one("max_cost", "What a run may cost is a number of dollars, 0 or more.")
        if self.issue and self.compared:
            raise Invalid.one("issue", "Comparisons issue no recommendations.")


@frozen(kw_only=True)
class ScheduledDigest:
    """A digest of the news of the last `hours` for a reader of the user."""

    reader: UserId
    hours: int
    interests: Interests = EVERYTHING


@frozen(kw_only=True)
class Schedule:
    """Work that is done for `user` at certain times. Times are aware UTC.

    - `cron` or `close`: when, exactly one of them; `analyses` or `digest`: what, exactly one of them.
    - `catch_up`: how late the newest of the runs that no server was there for is made up; the others are `missed`.
    - `next_due`: when it runs next; None while it is not `enabled`. `disabled_reason` says why not, where nobody chose
      it.

    Raises Invalid for what is not possible.
    """

    id: ScheduleId
    user: UserId
    name: str
    created_at: datetime
    cron: CronTime | None = None
    close: AfterClose | None = None
    analyses: ScheduledAnalyses | None = None
    digest: ScheduledDigest | None = None
    catch_up: timedelta = DEFAULT_CATCH_UP
    next_due: datetime | None = None
    enabled: bool = True
    disabled_reason: str = ""
    missed: int = 0
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME_LENGTH or not self.name.isprintable():
            raise Invalid.one("name", f"The name of a schedule has 1 to {MAX_NAME_LENGTH} printable characters.")
        if (self.cron is None) == (self.close is None):
            raise Invalid.one("cron", "A schedule has times: either `cron` or `close`.")
        if (self.analyses is None) == (self.digest is None):
            raise Invalid.one("analyses", "A schedule has something to do: either `analyses` or `digest`.")
        if not timedelta(0) <= self.catch_up <= MAX_CATCH_UP:
            hours = MAX_CATCH_UP // timedelta(hours=1)
            raise Invalid.one("catch_up", f"A missed run is made up within 0 to {hours} hours.")

    @property
    def topic(self) -> Topic:
        """The topic under which its facts are stored."""
        return topic_of(TopicKind.SCHEDULE, self.id)

    def disable(self, reason: str = "") -> "Schedule":
        """Without further runs, for a reason where nobody chose so."""
        return evolve(self, enabled=False, disabled_reason=reason, next_due=None)

    def enable(self, next_due: datetime) -> "Schedule":
        """With runs from now on, the next of them at a time. What would have been before then is not missed."""
        return evolve(self, enabled=True, disabled_reason="", next_due=next_due)

    def advance(self, next_due: datetime, *, missed: int) -> "Schedule":
        """Due at a later time, after so many runs that are not made up."""
        return evolve(self, next_due=next_due, missed=self.missed + missed)
