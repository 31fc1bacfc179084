"""What a language model may remember: decisions about days that it has read about are in sample."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

# The training cutoff of a model, by `provider:name`: the last day that it can have read about; None where unknown.
Cutoff = Callable[[str], date | None]

# A model of unknown cutoff that serves today was not trained on the last days.
RECENT = timedelta(days=30)


def unknown_cutoff(model: str) -> None:
    """No model has a known cutoff."""


def is_in_sample(as_of: date, made_on: date, models: Iterable[str], cutoff: Cutoff) -> bool:
    """Whether one of the models that made a decision as of a day may have read what came after the day.

    That is so where its cutoff is not before the day, and where its cutoff is not known and the decision was made more
    than RECENT after the day. Rules remember nothing: without models, a decision is never in sample.
    """
    for model in models:
        last = cutoff(model)
        if as_of <= last if last is not None else made_on - as_of > RECENT:
            return True
    return False
