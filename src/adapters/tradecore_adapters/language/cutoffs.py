"""Training cutoffs of models: the last day that a model can have read about, as vendors state it.

Vendors publish them at https://developers.openai.com/api/docs/models and
https://platform.claude.com/docs/en/models/overview. Three were compared on 2026-11-30: claude-fable-5-1 and
claude-opus-5-5 with that page, gpt-5.4 with
https://developer.box.com/guides/box-ai/ai-models/openai-gpt-5-4-model-card. The others were entered from memory of what
the vendors publish, and are not verified.

Where a vendor names a month, its last day counts, and of two dates the later one:
the end of training, not the day up to which knowledge is reliable. A model that is not listed has no known cutoff, and
`TRADECORE_MODEL_CUTOFFS` comes before the table.
"""

from collections.abc import Mapping
from datetime import date

from tradecore_adapters.language.prices import undated

CUTOFFS: Mapping[str, date] = {
    "gpt-5.4": date(2025, 8, 31),
    "gpt-5.4-mini": date(2025, 8, 31),
    "gpt-5.4-nano": date(2025, 8, 31),
    "gpt-5.2": date(2025, 8, 31),
    "gpt-5.1": date(2024, 9, 30),
    "gpt-5": date(2024, 9, 30),
    "gpt-5-mini": date(2024, 5, 31),
    "gpt-5-nano": date(2024, 5, 31),
    "gpt-4.1": date(2024, 6, 30),
    "gpt-4.1-mini": date(2024, 6, 30),
    "gpt-4.1-nano": date(2024, 6, 30),
    "gpt-4o": date(2023, 10, 31),
    "gpt-4o-mini": date(2023, 10, 31),
    "o3": date(2024, 6, 30),
    "o4-mini": date(2024, 6, 30),
    "claude-fable-5-1": date(2026, 6, 30),
    "claude-opus-5-5": date(2026, 6, 30),
    "claude-sonnet-5-5": date(2026, 6, 30),
    "claude-haiku-5-5": date(2026, 6, 30),
    "claude-opus-4-7": date(2026, 1, 31),
    "claude-sonnet-4-6": date(2026, 1, 31),
    "claude-opus-4-6": date(2025, 8, 31),
    "claude-opus-4-5": date(2025, 8, 31),
    "claude-sonnet-4-5": date(2025, 7, 31),
    "claude-haiku-4-5": date(2025, 7, 31),
}


def cutoff_of(model: str, own: Mapping[str, date]) -> date | None:
    """The cutoff of `provider:name`, or of the model of which it is a dated version; None where it is not known.

    `own` has the cutoffs of a setting, by name or by `provider:name`; they come first.
    """
    name = model.partition(":")[2] or model
    for table in (own, CUTOFFS):
        for key in (model, name, undated(name)):
            if key in table:
                return table[key]
    return None


def read_cutoffs(text: str) -> Mapping[str, date]:
    """Cutoffs from text such as `my-model=2025-06-30, ollama:llama3=2023-12-31`.

    Raises: ValueError, with a sentence about the entry that is wrong.
    """
    return dict(_read_cutoff(entry) for part in text.split(",") if (entry := part.strip()))


def _read_cutoff(text: str) -> tuple[str, date]:
    name, _, day = text.rpartition("=")
    try:
        cutoff = date.fromisoformat(day.strip())
    except ValueError:
        cutoff = None
    if not name.strip() or cutoff is None:
        raise ValueError(f"{text!r} is no training cutoff; write NAME=DAY, such as my-model=2025-06-30.")
    return name.strip(), cutoff
