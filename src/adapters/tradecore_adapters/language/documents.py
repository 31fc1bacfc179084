"""The JSON documents of model vendors, read into their forms."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Form = TypeVar("Form", bound=BaseModel)


def read_document(form: type[Form], body: bytes) -> Form:
    """A body of JSON in its form; a byte order mark and halves of characters that were cut apart are no faults.

    Raises: ValidationError.
    """
    try:
        return form.model_validate_json(body)
    except ValidationError:
        mended = _mended(body)
        if mended is None:
            raise
        return form.model_validate_json(mended)


def _mended(body: bytes) -> bytes | None:
    """The document in UTF-8; a lone half of a pair, such as the beginning of an emoji, becomes a question mark."""
    try:
        document: Any = json.loads(body.decode("utf-8-sig", errors="replace"))
        return json.dumps(document, ensure_ascii=False).encode(errors="replace")
    except (ValueError, RecursionError):
        return None
