"""The plan of an analysis: the steps and agents that its engine goes through. It is stored when it is launched."""

from attrs import frozen


@frozen
class PlannedAgent:
    """An agent of an engine: its `name` in progress and usage, and its `activity`, such as `Technical analysis`."""

    name: str
    activity: str


@frozen
class PlannedStep:
    """A step by its key, unique within the plan, with the name of its agent; None for a step that is computed.

    `activity` is what the agent does in this step, where that is not its activity as a whole.
    """

    key: str
    agent: str | None = None
    activity: str = ""


@frozen
class Plan:
    """The agents in the order of progress displays, the steps in the order of work.

    `seconds` is how long a run takes before any run of this engine was measured. The number of steps is the total of
    the progress, so a plan of at least five steps keeps it from moving by more than 20 points at a time.
    """

    agents: tuple[PlannedAgent, ...] = ()
    steps: tuple[PlannedStep, ...] = ()
    seconds: float = 0.0

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all steps, in order."""
        return tuple(step.key for step in self.steps)

    def agent_of(self, key: str) -> str | None:
        """The agent of a step; None for a step that is computed. Raises KeyError for a step outside of the plan."""
        for step in self.steps:
            if step.key == key:
                return step.agent
        raise KeyError(key)

    def keys_of(self, agent: str) -> tuple[str, ...]:
        """The keys of the steps of an agent, in order."""
        return tuple(step.key for step in self.steps if step.agent == agent)

    def activity(self, agent: str, key: str = "") -> str:
        """The activity of an agent of the plan, in the step with this key where there is one."""
        own = next((step.activity for step in self.steps if step.key == key), "")
        return own or next(planned.activity for planned in self.agents if planned.name == agent)
