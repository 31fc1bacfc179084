"""The engines of an installation: which one makes an analysis, and what there is to choose."""

from datetime import UTC, datetime

from attrs import evolve, frozen

from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.track_record import CalibrationQuery, EngineTally
from tradecore.model.users import Caller
from tradecore.ports.engine import Engine, EngineDescription
from tradecore.ports.store import Store

_MAX_QUOTED = 40
_EVER = datetime.min.replace(tzinfo=UTC)


@frozen
class Engines:
    """All engines, and the name of the one for briefs that name none.

    Without a `default`, it is the first one that can run here. Raises Invalid about `engine` for a default that is
    unknown or cannot run here, and for two engines of one name.
    """

    rows: tuple[Engine, ...]
    default: str | None = None

    def __attrs_post_init__(self) -> None:
        names = [engine.name for engine in self.rows]
        if len(set(names)) < len(names):
            raise Invalid.one("engine", f"Two engines have the same name; there are {', '.join(names)}.")
        if self.default is not None and (missing := self.get(self.default).describe().unavailable):
            raise Invalid.one("engine", f"The engine {self.default} is not available: {missing}")

    def get(self, name: str) -> Engine:
        """The engine of a name. Raises Invalid about `engine` that lists the engines there are."""
        for engine in self.rows:
            if engine.name == name:
                return engine
        shown = name if len(name) <= _MAX_QUOTED else f"{name[:_MAX_QUOTED]}…"
        known = ", ".join(engine.name for engine in self.rows)
        raise Invalid.one("engine", f"There is no engine {shown!r} here. There are: {known}.")

    def select(self, brief: AnalysisBrief) -> Engine:
        """The engine that a brief names; for one that names none, `rules` for that provider, else the default.

        Raises Invalid about `engine`.
        """
        if brief.engine is not None:
            return self.get(brief.engine)
        if (brief.provider or "").strip().lower() == RULES:
            return self.get(RULES)
        return self.preferred

    @property
    def preferred(self) -> Engine:
        """The engine of a brief that names none: the default, or the first one that can run here."""
        if self.default is not None:
            return self.get(self.default)
        return next(engine for engine in self.rows if not engine.describe().unavailable)

    def resolve(self, brief: AnalysisBrief) -> tuple[Engine, AnalysisBrief]:
        """The engine of a brief, and the brief with its name and all else that later runs must not choose anew.

        Raises Invalid about the field that cannot be served.
        """
        engine = self.select(brief)
        resolved = engine.resolve(brief)
        return engine, resolved if resolved.engine == engine.name else evolve(resolved, engine=engine.name)


@frozen
class ListedEngine:
    """An engine by its name, what it is, and its record over all analyses of the caller, where there is one."""

    name: str
    description: EngineDescription
    record: EngineTally | None = None


@frozen
class ListEngines:
    """List the engines."""

    store: Store
    engines: Engines

    async def __call__(self, *, by: Caller | None = None) -> tuple[ListedEngine, ...]:
        """All engines in their order, those that cannot run here included, with the records of a caller."""
        records: dict[str, EngineTally] = {}
        if by is not None:
            async with self.store.snapshot() as uow:
                tallies = await uow.scores.engine_tallies(CalibrationQuery(by.user, _EVER))
            for tally in tallies:
                records[tally.engine] = records.get(tally.engine, EngineTally(tally.engine)) + tally
        return tuple(
            ListedEngine(engine.name, engine.describe(), records.get(engine.name)) for engine in self.engines.rows
        )
