"""The training cutoffs of models, from the settings and from the table of the vendors."""

from datetime import date

from tradecore.model.model_memory import Cutoff
from tradecore_app.settings.models import ModelSettings


def open_cutoffs(settings: ModelSettings) -> Cutoff:
    """The cutoff of a model by `provider:name`."""
    # The tables are read where models are, and not by processes that call none.
    from tradecore_adapters.language.cutoffs import cutoff_of, read_cutoffs

    own = read_cutoffs(settings.cutoffs)

    def cutoff(model: str) -> date | None:
        return cutoff_of(model, own)

    return cutoff
