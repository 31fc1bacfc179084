"""The router: who thinks on a brief, the rules or a language model, and with how much money."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import evolve, field, frozen

from tradecore.engines.desk.budget import Budget
from tradecore.engines.desk.prompted import ENGINE, PromptedReasoner
from tradecore.engines.desk.reasoner import Reasoner
from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.model.analyses import RULES, AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.usage import Usage
from tradecore.ports.language import LanguageModel

_LONGEST = 40
_NOTHING = Usage()

# A provider's model by its name; raises Invalid about `config.llmModel` for a name that it cannot have.
Models = Callable[[str], LanguageModel]


@frozen
class ModelRouter:
    """All who may be asked: the rules always, and the models of the providers that are configured, in their order.

    Where a brief names nobody, the first provider thinks, or the rules where there is none. `cap` is what one analysis
    may cost in US dollars. `keys` name the setting that a provider lacks, for sentences.
    """

    rules: Reasoner = field(factory=RuleBasedReasoner)
    providers: Mapping[str, Models] = field(factory=dict, hash=False)
    cap: Decimal | None = None
    keys: Mapping[str, str] = field(factory=dict, hash=False)

    @property
    def name(self) -> str:
        """Who thinks where a brief names nobody, as far as that can be said without one."""
        return f"{ENGINE} ({next(iter(self.providers))})" if self.providers else self.rules.name

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief with the provider written into it that is going to think, for whoever runs it later.

        Where nothing is configured, the rules think, whoever is named. Raises Invalid about `config.llmProvider` and
        `config.llmModel`.
        """
        asked = (brief.provider or "").strip().lower()
        made = evolve(brief, provider=asked if self.providers else RULES)
        self.reasoner(made)
        return evolve(made, provider=self._named(made))

    def engine(self, brief: AnalysisBrief) -> str:
        """What `metadata.engine` says; refusals as for `reasoner`."""
        return self.reasoner(brief).name

    def paid(self, brief: AnalysisBrief) -> bool:
        """Whether somebody thinks on this brief who is paid by the call."""
        return self._named(brief) != RULES

    def _named(self, brief: AnalysisBrief) -> str:
        return brief.provider or next(iter(self.providers), RULES)

    def budget(self, used: Usage = _NOTHING) -> Budget:
        """What one run of an analysis may spend, after earlier runs of it used so much."""
        # What cannot be counted may have been anything: under a cap, nothing is left then.
        return Budget(self.cap, used.cost if used.cost is not None else self.cap or Decimal(0))

    def reasoner(self, brief: AnalysisBrief, budget: Budget | None = None) -> Reasoner:
        """Who thinks in one run of an analysis, and spends what is in the budget; without one, as in a first run.

        Raises Invalid for a provider that is not there: what was promised to be thought over by a model is not left to
        the rules in silence.
        """
        provider = self._named(brief)
        if provider == RULES:
            return self.rules
        if provider not in self.providers:
            raise Invalid.one("config.llmProvider", self._missing(provider))
        return PromptedReasoner(self.providers[provider](brief.model), budget or self.budget())

    def _missing(self, name: str) -> str:
        shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
        known = ", ".join([*self.providers, RULES])
        lacking = f"; for {name} set {self.keys[name]}" if name in self.keys else ""
        return f"The provider {shown!r} is not configured here. There are: {known}{lacking}."
