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
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, OpenAPI, Reference, SecurityScheme, Server
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition
from pydantic.json_schema import models_json_schema

from tradecore_adapters.http.requests import JsonBody, OptionalJsonRequest
from tradecore_adapters.http.responses import JsonResponse
from tradecore_adapters.http.route_groups import HEADERS_OF
from tradecore_adapters.http.scopes import scope_of
from tradecore_adapters.http.security import ACCESS_TOKEN
from tradecore_adapters.schema_texts import with_plain_descriptions

LINKS = "links"
"""The key under which a handler declares the links of its response: `opt={LINKS: {"status": link(...)}}`."""

_REF = "#/components/schemas/{name}"
# msgspec would say base64, which is how JSON carries bytes.
_FILE = {"type": "string", "format": "binary"}
# Generic schemas are called `Succeeded_list_tradecore_adapters.http.api.schemas.RowData__`.
_MODULE = re.compile(r"tradecore_adapters\.(?:[a-z0-9_]+\.)+")
_SEPARATOR = re.compile(r"_+([A-Za-z]?)")
_SECURITY: dict[str, SecurityScheme | Reference] = {
    "accessToken": SecurityScheme(
        type="http", scheme="bearer", description="The access token that a login returns, or a personal token."
    ),
    "feedToken": SecurityScheme(
        type="apiKey",
        security_scheme_in="query",
        name="token",
        description="A personal token whose only scope is `feed`.",
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
    - Every operation says whether it needs a credential and with which scope, has an example of every body, and links
      to those that follow.
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
            str(status): _complete_response(
                status,
                operation["responses"][str(status)],
                content,
                reference_of,
                handler.resolve_response_headers() if status == handler.status_code else (),
            )
            for status, content in sorted(_contents(handler).items())
        }
        if "requestBody" in operation and issubclass(handler.resolve_request_class(), OptionalJsonRequest):
            operation["requestBody"]["required"] = False
        _add_examples(operation, handler)
        if links := handler.opt.get(LINKS):
            operation["responses"][str(handler.status_code)]["links"] = links
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
    inputs = {name: _without_defaults(schema) for name, schema in requests.get("$defs", {}).items()}
    outputs = {_plain(name): _with_plain_references(schema) for name, schema in answers.items()}
    assert len(outputs) == len(answers), "two schemas of different modules have the same name"
    # By name: msgspec lists them in an order that changes from process to process.
    schemas: dict[str, Any] = _clean_schema(with_plain_descriptions(dict(sorted({**inputs, **outputs}.items()))))
    return schemas, {**dict(zip(contents, _with_plain_references(list(references)), strict=True)), repr(bytes): _FILE}


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
    status: int,
    response: dict[str, Any],
    content: Any,
    reference_of: Mapping[str, Any],
    own_headers: Iterable[ResponseHeader],
) -> dict[str, Any]:
    described = {"description": response["description"]}
    if content is not None:
        described["content"] = {media: {"schema": reference_of[repr(content)]} for media in response["content"]}
    headers = {
        **{header.name: header.description for header in sorted(own_headers, key=lambda header: header.name)},
        **HEADERS_OF.get(status, {}),
    }
    if headers:
        described["headers"] = {
            name: {"description": description, "schema": {"type": "string"}} for name, description in headers.items()
        }
    return described


def _add_examples(operation: dict[str, Any], handler: HTTPRouteHandler) -> None:
    """The recorded examples of an operation, and those that its responses declare."""
    recorded = examples().get(operation["operationId"], {})
    if "request" in recorded:
        operation["requestBody"]["content"]["application/json"]["example"] = recorded["request"]
    shown = {str(status): spec.examples[0].value for status, spec in (handler.responses or {}).items() if spec.examples}
    shown.update(recorded.get("responses", {}))
    for status, body in shown.items():
        [content] = operation["responses"][status]["content"].values()
        content["example"] = body


def link(operation: str, parameter: str, pointer: str) -> dict[str, Any]:
    """A link (OpenAPI) to an operation whose path parameter is at a JSON pointer of the response."""
    return {"operationId": operation, "parameters": {parameter: f"$response.body#{pointer}"}}


def _plain(name: str) -> str:
    """The name of a schema in letters and digits, without the modules of type arguments."""
    return _SEPARATOR.sub(lambda match: match[1].upper(), _MODULE.sub("", name))


def _with_plain_references(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_plain_references(inner) for inner in value]
    if isinstance(value, dict):
        return {
            key: _REF.format(name=_plain(inner.rpartition("/")[2])) if key == "$ref" else _with_plain_references(inner)
            for key, inner in value.items()
        }
    return value


def _without_defaults(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body whose optional properties have no default: generators take those for required."""
    properties = {
        name: {key: value for key, value in described.items() if key != "default"}
        for name, described in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _clean_schema(schema: Any) -> Any:
    """The schema with decimals as numbers, as sent, with constants that have a type, and without pydantic's titles."""
    if isinstance(schema, list):
        return [_clean_schema(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("enum") in ([True], [False]):
        schema = {"type": "boolean", "const": schema["enum"][0]}
    elif all(isinstance(value, str) for value in schema.get("enum") or (0,)):
        schema = {"type": "string", **schema}
    if schema.get("format") == "decimal":
        schema = {**schema, "type": "number", "format": "double"}
    # A property that is called `title` is a schema, not text.
    return {key: _clean_schema(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
