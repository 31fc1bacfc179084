"""The model router: which reasoner handles a brief, rules or a language model."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import evolve, field, frozen

from tradecore.engines.desk.fallback import FallbackModel
from tradecore.engines.desk.languages import ENGLISH, Language
from tradecore.engines.desk.prompted import ENGINE, PromptedReasoner, prompted_label
from tradecore.engines.desk.reasoner import Reasoner
from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.ports.engine import Budget
from tradecore.ports.language import LanguageModel

_MAX_QUOTED = 40

# Makes a model of one provider from its name. Raises Invalid about `model` for a name that is not possible.
ModelFactory = Callable[[str], LanguageModel]


@frozen
class ModelRouter:
    """The reasoners that are available: always the rules, and the models of the configured providers.

    `providers`: model factories by provider name, in order of preference. A brief without a provider goes to the first
    one, or to the rules where there is none.
    `allowed`: the only models that may be used, as `provider:model`; empty for any.
    `fallback`: provider and model to use while the chosen model is unavailable.
    `deep`: provider and model that judge, trader and risk manager use in place of the chosen model.
    `substitutes`: provider and model that stand for another model, by the name of that one.
    `language`: that of the texts of language models.
    `cap`: limit of one analysis in US dollars; None for no limit.
    `key_settings`: the name of the setting that configures each known provider, for error messages.
    """

    rules: Reasoner = field(factory=RuleBasedReasoner)
    providers: Mapping[str, ModelFactory] = field(factory=dict, hash=False)
    allowed: tuple[str, ...] = ()
    fallback: tuple[str, str] | None = None
    deep: tuple[str, str] | None = None
    substitutes: Mapping[str, tuple[str, str]] = field(factory=dict, hash=False)
    language: Language = ENGLISH
    cap: Decimal | None = None
    key_settings: Mapping[str, str] = field(factory=dict, hash=False)

    @property
    def default_engine(self) -> str:
        """The engine of a brief that names no provider; for language models with the provider only."""
        return f"{ENGINE} ({next(iter(self.providers))})" if self.providers else self.rules.name

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief with the provider that will handle it, so that every later run uses the same one.

        Without configured providers it is always the rules.

        Raises: Invalid about `provider` or `model`.
        """
        requested = (brief.provider or "").strip().lower()
        normalized = evolve(brief, provider=requested if self.providers else RULES)
        if normalized.provider != RULES and brief.model in self.substitutes:
            provider, model = self.substitutes[brief.model]
            normalized = evolve(normalized, provider=provider, model=model)
        self.engine(normalized)
        return normalized if normalized.provider else evolve(normalized, provider=self._provider(normalized))

    def engine(self, brief: AnalysisBrief) -> str:
        """The value of `metadata.engine` for this brief.

        Raises: Invalid about `provider` or `model`.
        """
        model = self._model(brief)
        if model is None:
            return self.rules.name
        label = prompted_label(model, self._deep)
        return label if self.language.is_english else f"{label}, in {self.language.name}"

    def reasoner(self, brief: AnalysisBrief, budget: Budget) -> Reasoner:
        """The reasoner of one run, which spends from `budget`.

        Raises: Invalid about `provider` when it is not configured (the rules never replace a model silently); Invalid
        about `model` when it is not allowed or not possible.
        """
        model = self._model(brief)
        return self.rules if model is None else PromptedReasoner(model, budget, self._deep)

    def allows(self, provider: str, name: str) -> bool:
        """Whether the allow-list admits this model."""
        return not self.allowed or f"{provider}:{name}" in self.allowed

    def model(self, provider: str, name: str, *, fallback: bool = True) -> LanguageModel:
        """A model of a configured provider, with the fallback behind it where there is one and it is wanted.

        Raises: Invalid about `model` when it is not allowed or not possible.
        """
        model = self._allowed_model(provider, name)
        if not fallback or self.fallback is None or self.fallback == (provider, name):
            return model
        return FallbackModel(model, self._allowed_model(*self.fallback))

    def _allowed_model(self, provider: str, name: str) -> LanguageModel:
        if not self.allows(provider, name):
            raise Invalid.one("model", f"The model may be one of {', '.join(self.allowed)} here.")
        return self.providers[provider](name)

    def _model(self, brief: AnalysisBrief) -> LanguageModel | None:
        provider = self._provider(brief)
        if provider == RULES:
            return None
        if provider not in self.providers:
            raise Invalid.one("provider", self._not_configured(provider))
        return self.model(provider, brief.model)

    @property
    def _deep(self) -> LanguageModel | None:
        return self.model(*self.deep) if self.deep else None

    def _provider(self, brief: AnalysisBrief) -> str:
        return brief.provider or next(iter(self.providers), RULES)

    def _not_configured(self, name: str) -> str:
        shown = name if len(name) <= _MAX_QUOTED else f"{name[:_MAX_QUOTED]}…"
        known = ", ".join([*self.providers, RULES])
        hint = f"; for {name} set {self.key_settings[name]}" if name in self.key_settings else ""
        return f"The provider {shown!r} is not configured here. There are: {known}{hint}."
