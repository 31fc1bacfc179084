"""The staff: who thinks on a brief, the rules or a language model, and with how much money."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import field, frozen

from tradecore.engines.desk.prompted import ENGINE, PromptedReasoner
from tradecore.engines.desk.purse import Purse
from tradecore.engines.desk.reasoner import Reasoner
from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.usage import Usage
from tradecore.ports.language import LanguageModel

RULES = "rules"
_LONGEST = 40
_NOTHING = Usage()

# A provider's model by its name; raises Invalid about `config.llmModel` for a name that it cannot have.
Models = Callable[[str], LanguageModel]


@frozen
class Staff:
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
        """Who thinks where a brief names nobody, as far as that can be said without a brief."""
        return f"{ENGINE} ({next(iter(self.providers))})" if self.providers else self.rules.name

    def engine(self, brief: AnalysisBrief) -> str:
        """What `metadata.engine` says. Raises Invalid about `config.llmProvider` and `config.llmModel`."""
        return self.reasoner(brief).name

    def paid(self, brief: AnalysisBrief) -> bool:
        """Whether somebody thinks who is paid by the call; refusals as for `engine`."""
        return self._provider(brief) != RULES

    def reasoner(self, brief: AnalysisBrief, used: Usage = _NOTHING) -> Reasoner:
        """Who thinks in one run of this analysis, after earlier runs of it used so much; refusals as for `engine`."""
        provider = self._provider(brief)
        if provider == RULES:
            return self.rules
        # What cannot be counted may have been anything: under a cap, nothing is left then.
        spent = used.cost if used.cost is not None else self.cap or Decimal(0)
        return PromptedReasoner(self.providers[provider](brief.model), Purse(self.cap, spent))

    def _provider(self, brief: AnalysisBrief) -> str:
        if brief.provider is None:
            return next(iter(self.providers), RULES)
        name = brief.provider.strip().lower()
        if name == RULES or not self.providers:
            return RULES
        if name not in self.providers:
            raise Invalid.one("config.llmProvider", self._missing(brief.provider, name))
        return name

    def _missing(self, asked: str, name: str) -> str:
        shown = asked if len(asked) <= _LONGEST else f"{asked[:_LONGEST]}…"
        known = ", ".join([*self.providers, RULES])
        lacking = f"; for {name} set {self.keys[name]}" if name in self.keys else ""
        return f"The provider {shown!r} is not configured here. There are: {known}{lacking}."
