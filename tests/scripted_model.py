"""The scripted model of `tradecore.testing`, by short names."""

from tradecore.testing.scripted_model import Rows, ScriptedModel, rows_in
from tradecore.testing.scripted_model import statement as said
from tradecore.testing.scripted_model import valid_answer as sensible

__all__ = ["Rows", "ScriptedModel", "rows_in", "said", "sensible"]
