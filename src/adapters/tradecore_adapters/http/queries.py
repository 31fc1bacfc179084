"""Query parameters: strict spelling, and the sentences of their errors from what their handlers declare."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.params import ParameterKwarg, QueryParameter
from litestar.typing import FieldDefinition

from tradecore.model.errors import Invalid, Problem
from tradecore_adapters.http.http_errors import InvalidRequest
from tradecore_adapters.http.text import require_clean_text

_MAX_PARAMETERS = 100
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}", re.ASCII)


async def require_strict_query(request: Request[Any, Any, Any]) -> None:
    """A `before_request` hook that refuses what Litestar reads leniently, and drops parameters without a value.

    Parameters that the handler does not declare are ignored. Raises InvalidRequest, naming each parameter that is
    repeated, unless it is declared as a list, that has control characters, or that writes a whole number in another
    way, such as `1e2`; and Invalid for a query that is not valid percent-encoded UTF-8.
    """
    raw: Any = request.scope["query_string"]
    if not raw:
        return
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except ValueError:
        raise Invalid("The query is not valid percent-encoded UTF-8, or has more than 100 parameters.") from None
    declared = _declared(request)
    problems = []
    seen: set[str] = set()
    given = [(name, value) for name, value in pairs if value and name in declared]
    for name, value in given:
        require_clean_text(value, name)
        field = declared[name]
        if name in seen and not _is_list(field):
            problems.append(Problem(name, "This parameter is given more than once."))
        elif field.annotation is int and ("e" in value.lower() or "." in value) and not _WHOLE_NUMBER.fullmatch(value):
            problems.append(Problem(name, _sentence(field, "This is a whole number.")))
        seen.add(name)
    if problems:
        raise InvalidRequest("The query is not valid.", problems)
    if len(given) != len(pairs):
        request.scope["query_string"] = urlencode(given).encode("ascii")


def invalid_parameters(request: Request[Any, Any, Any], error: ValidationException) -> Invalid | None:
    """What Litestar found wrong with parameters, under their documented names; None for another kind of error."""
    fields: Mapping[str, FieldDefinition] = request.route_handler.parsed_fn_signature.parameters
    extra: Any = error.extra
    problems = []
    for detail in extra or ():
        field = fields.get(detail.get("key", ""))
        if field is None or not isinstance(field.kwarg_definition, ParameterKwarg):
            return None
        problems.append(Problem(field.kwarg_definition.name or field.name, _sentence(field, detail["message"])))
    if len(problems) == 1:
        return InvalidRequest(problems[0].message, problems)
    return InvalidRequest("The query is not valid.", problems) if problems else None


def _declared(request: Request[Any, Any, Any]) -> dict[str, FieldDefinition]:
    fields: Mapping[str, FieldDefinition] = request.route_handler.parsed_fn_signature.parameters
    return {
        field.kwarg_definition.name or name: field
        for name, field in fields.items()
        if isinstance(field.kwarg_definition, QueryParameter)
    }


def _types(field: FieldDefinition) -> list[Any]:
    """The type of a parameter, and the types that it is made of."""
    outer = (field.annotation, *get_args(field.annotation))
    return [*outer, *(inner for annotation in outer for inner in get_args(annotation))]


def _is_list(field: FieldDefinition) -> bool:
    return any(get_origin(annotation) is list for annotation in _types(field))


def _sentence(field: FieldDefinition, otherwise: str) -> str:
    kwarg: Any = field.kwarg_definition
    if kwarg.ge is not None and kwarg.le is not None:
        return f"This is a whole number from {kwarg.ge} to {kwarg.le}."
    for annotation in _types(field):
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return f"This is one of {', '.join(str(member.value) for member in annotation)}."
    if bool in _types(field):
        return "This is true or false."
    if kwarg.max_length is not None:
        return f"This has a length of at most {kwarg.max_length}."
    return otherwise
