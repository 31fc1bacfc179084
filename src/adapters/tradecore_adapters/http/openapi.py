"""The OpenAPI 3.1 document, made from the same routes that answer."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pydantic.json_schema import models_json_schema

from tradecore_adapters.http.routes import ACCESS_TOKEN, API_KEY, Promise, Route

_REF = "#/components/schemas/{name}"
_CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    ACCESS_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token that signing in returns.",
    },
    API_KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "The installation's API_KEY, or a key that `tradecore keys add` made.",
    },
}


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """The document of these routes."""
    documented = [route for route in routes if route.documented]
    bodies = {route.body for route in documented if route.body}
    contents = _distinct(promise.content for route in documented for promise in route.promises.values())
    _, requests = models_json_schema(
        [(body, "validation") for body in sorted(bodies, key=lambda body: body.__name__)],
        ref_template=_REF.replace("{name}", "{model}"),
    )
    refs, answers = msgspec.json.schema_components(contents, ref_template=_REF)
    schema_of = dict(zip(map(repr, contents), refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in documented:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TradingAgents API",
            "version": version,
            "description": "Multi-agent analyses of stocks and crypto: launch, follow, read, look back.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _tidy({**requests.get("$defs", {}), **answers}),
            "securitySchemes": _CREDENTIALS,
        },
    }


def _operation(route: Route, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "security": [] if route.open else [{route.credential: []}],
        "responses": {str(status): _promise(each, schema_of) for status, each in sorted(route.promises.items())},
    }
    if route.description:
        said["description"] = route.description
    if route.parameters:
        said["parameters"] = [
            {
                "name": each.name,
                "in": each.place,
                "required": each.required,
                "schema": each.schema,
                "description": each.description,
            }
            for each in route.parameters
        ]
    if route.body:
        content: dict[str, Any] = {"schema": {"$ref": _REF.format(name=route.body.__name__)}}
        if route.example is not None:
            content["example"] = route.example
        said["requestBody"] = {"required": True, "content": {"application/json": content}}
    return said


def _promise(promise: Promise, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"description": promise.description}
    if promise.content is not None:
        said["content"] = {promise.media: {"schema": schema_of[repr(promise.content)]}}
    if promise.headers:
        said["headers"] = {
            name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in promise.headers.items()
        }
    return said


def _tidy(schema: Any) -> Any:
    """As what is sent is: decimals are numbers. Without the titles that pydantic makes of names."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        schema = {**schema, "type": "number", "format": "double"}
    # A field that is called `title` has a schema, not a text.
    return {key: _tidy(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def _distinct(contents: Iterable[Any]) -> list[Any]:
    # Generic structs are not hashable alike in every Python, their names are.
    return list({repr(content): content for content in contents if content is not None}.values())
