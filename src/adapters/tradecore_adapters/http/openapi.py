"""The OpenAPI document: Litestar's, with exact schemas, headers of errors, and examples."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, OpenAPI, Reference, SecurityScheme, Server
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition
from pydantic.json_schema import models_json_schema

from tradecore_adapters.http.requests import JsonBody
from tradecore_adapters.http.responses import JsonResponse
from tradecore_adapters.http.route_groups import HEADERS_OF
from tradecore_adapters.http.scopes import scope_of
from tradecore_adapters.http.security import ACCESS_TOKEN

_REF = "#/components/schemas/{name}"
# The module paths in the names of generic schemas.
_MODULE = re.compile(r"tradecore_adapters\.(?:[a-z0-9_]+\.)+")
_SECURITY: dict[str, SecurityScheme | Reference] = {
    "accessToken": SecurityScheme(
        type="http", scheme="bearer", description="The access token that a login returns, or a personal token."
    ),
    "apiKey": SecurityScheme(
        type="http",
        scheme="bearer",
        description="The installation's API_KEY, or a key that `tradecore keys add` created.",
    ),
}


@cache
def examples() -> Mapping[str, Any]:
    """Requests and responses by operation: `{operation: {"request": body, "responses": {status: body}}}`."""
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("examples.json").read_text("utf-8"))
    return loaded


class DocumentConfig(OpenAPIConfig):
    """Litestar's configuration of a document that `complete` finishes. `app` is set once it exists."""

    app: Litestar

    def to_openapi_schema(self) -> OpenAPI:
        """A document without paths, which Litestar fills in."""
        empty = super().to_openapi_schema()
        document = _Document(info=empty.info, components=empty.components, servers=empty.servers, paths={})
        document.app = self.app
        return document


class _Document(OpenAPI):
    app: Litestar

    def to_schema(self) -> dict[str, Any]:
        """The document as a JSON object."""
        return complete(super().to_schema(), self.app)


def document_config(version: str, root_path: str, **options: Any) -> DocumentConfig:
    """The configuration of the document for an application that is served under `root_path`."""
    return DocumentConfig(
        title="TradingAgents API",
        version=version,
        description="Multi-agent analyses of stocks and crypto: launch, follow, read, review.",
        servers=[Server(url=f"{root_path}/")],
        components=Components(security_schemes=_SECURITY),
        **options,
    )


def complete(document: dict[str, Any], app: Litestar) -> dict[str, Any]:
    """The document with what Litestar leaves out.

    - Schemas come from pydantic and msgspec themselves: Litestar drops patterns, formats and constraints of theirs, and
      shows decimals as text.
    - Responses are exactly those that a route declares, with the headers of errors.
    - Every operation says whether it needs a credential, with which scope, and has examples.
    """
    handlers = dict(_documented(app))
    enums = document["components"]["schemas"]
    schemas, reference_of = _schemas(handlers.values())
    document["components"]["schemas"] = schemas
    for (path, method), handler in handlers.items():
        operation = document["paths"][path][method]
        operation.pop("deprecated", None)
        operation["security"] = [
            {name: [scope_of(handler).value] if name in ACCESS_TOKEN else roles for name, roles in requirement.items()}
            for requirement in operation.get("security", ())
        ]
        fields = {_name_of(name, field): field for name, field in handler.parsed_fn_signature.parameters.items()}
        for parameter in operation.get("parameters", ()):
            _complete_parameter(parameter, fields[parameter["name"]], enums)
        operation["responses"] = {
            str(status): _complete_response(status, operation["responses"][str(status)], content, reference_of)
            for status, content in sorted(_contents(handler).items())
        }
        _add_examples(operation)
    return document


def _documented(app: Litestar) -> Iterator[tuple[tuple[str, str], HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.resolve_include_in_schema():
                    for method in handler.http_methods - {"OPTIONS"}:
                        yield (route.path_format, method.lower()), handler


def _contents(handler: HTTPRouteHandler) -> dict[int, Any]:
    """The type of each declared response, or None for one without a body."""
    returned = handler.parsed_fn_signature.return_type
    content = returned.inner_types[0] if returned.is_subclass_of(JsonResponse) else returned
    declared = {status: spec.data_container for status, spec in (handler.responses or {}).items()}
    body = None if content.annotation is type(None) else content.annotation
    return {handler.status_code: body, **declared}


def _schemas(handlers: Iterable[HTTPRouteHandler]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The component schemas, and the reference to each type of a response by its name."""
    bodies: dict[str, type[JsonBody]] = {}
    # Generic structs do not hash equally in every Python version; their names do.
    contents: dict[str, Any] = {}
    for handler in handlers:
        if data := handler.parsed_fn_signature.parameters.get("data"):
            bodies[data.annotation.__name__] = data.annotation
        contents.update({repr(content): content for content in _contents(handler).values() if content is not None})
    _, requests = models_json_schema(
        [(bodies[name], "validation") for name in sorted(bodies)], ref_template=_REF.replace("{name}", "{model}")
    )
    references, answers = msgspec.json.schema_components(contents.values(), ref_template=_REF)
    schemas: dict[str, Any] = _clean_schema({**requests.get("$defs", {}), **_without_modules(answers)})
    return schemas, dict(zip(contents, _without_modules(list(references)), strict=True))


def _name_of(name: str, field: FieldDefinition) -> str:
    return getattr(field.kwarg_definition, "name", None) or name


def _complete_parameter(parameter: dict[str, Any], field: FieldDefinition, enums: Mapping[str, Any]) -> None:
    """Drop what is the default anyway, and write enumerations and optional types in place."""
    for name in ("deprecated", "allowEmptyValue", "allowReserved"):
        parameter.pop(name, None)
    schema = parameter["schema"]
    for option in (*schema.pop("oneOf", ()), *schema.pop("allOf", ())):
        if option != {"type": "null"}:
            schema.update(_in_place(option, enums))
    if "items" in schema:
        schema["items"] = _in_place(schema["items"], enums)
    schema.pop("description", None)
    schema.pop("title", None)
    if field.has_default and isinstance(field.default, Enum):
        schema["default"] = field.default.value


def _in_place(schema: dict[str, Any], enums: Mapping[str, Any]) -> dict[str, Any]:
    """The schema itself, or the enumeration that it refers to."""
    if "$ref" not in schema:
        return schema
    enum: dict[str, Any] = enums[schema["$ref"].rpartition("/")[2]]
    return {name: value for name, value in enum.items() if name not in ("description", "title")}


def _complete_response(
    status: int, response: dict[str, Any], content: Any, reference_of: Mapping[str, Any]
) -> dict[str, Any]:
    described = {"description": response["description"]}
    if content is not None:
        described["content"] = {media: {"schema": reference_of[repr(content)]} for media in response["content"]}
    headers = {
        **{name: header["description"] for name, header in (response.get("headers") or {}).items()},
        **HEADERS_OF.get(status, {}),
    }
    if headers:
        described["headers"] = {
            name: {"description": description, "schema": {"type": "string"}} for name, description in headers.items()
        }
    return described


def _add_examples(operation: dict[str, Any]) -> None:
    example = examples().get(operation["operationId"], {})
    if "request" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
    for status, body in example.get("responses", {}).items():
        operation["responses"][status]["content"]["application/json"]["example"] = body


def _without_modules(value: Any) -> Any:
    """The value with schema names as they are without the modules of their type arguments."""
    if isinstance(value, list):
        return [_without_modules(inner) for inner in value]
    if isinstance(value, dict):
        return {
            _MODULE.sub("", key) if "." in key else key: _MODULE.sub("", inner)
            if key == "$ref"
            else _without_modules(inner)
            for key, inner in value.items()
        }
    return value


def _clean_schema(schema: Any) -> Any:
    """The schema with decimals as numbers, as sent, and without the titles that pydantic derives from names."""
    if isinstance(schema, list):
        return [_clean_schema(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        schema = {**schema, "type": "number", "format": "double"}
    # A property that is called `title` is a schema, not text.
    return {key: _clean_schema(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
