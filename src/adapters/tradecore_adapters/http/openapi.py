"""The OpenAPI 3.1 document, generated from the routes."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pydantic.json_schema import models_json_schema

from tradecore_adapters.http.routes import ACCESS_TOKEN, API_KEY, ResponseSpec, Route

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
    """The OpenAPI document of the routes, as a JSON object."""
    documented = [route for route in routes if route.documented]
    bodies = {route.body for route in documented if route.body}
    contents = _distinct(response.content for route in documented for response in route.responses.values())
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
            "schemas": _clean_schema({**requests.get("$defs", {}), **answers}),
            "securitySchemes": _CREDENTIALS,
        },
    }


def _operation(route: Route, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "security": [] if route.open else [{route.credential: []}],
        "responses": {str(status): _response(each, schema_of) for status, each in sorted(route.responses.items())},
    }
    if route.description:
        operation["description"] = route.description
    if route.parameters:
        operation["parameters"] = [
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
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _response(response: ResponseSpec, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": response.description}
    if response.content is not None:
        described["content"] = {response.media_type: {"schema": schema_of[repr(response.content)]}}
    if response.headers:
        described["headers"] = {
            name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in response.headers.items()
        }
    return described


def _clean_schema(schema: Any) -> Any:
    """The schema with decimals as numbers, as sent, and without the titles that pydantic derives from names."""
    if isinstance(schema, list):
        return [_clean_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        schema = {**schema, "type": "number", "format": "double"}
    # A property that is called `title` is a schema, not text.
    return {key: _clean_schema(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def _distinct(contents: Iterable[Any]) -> list[Any]:
    # Generic structs do not hash equally in every Python version; their names do.
    return list({repr(content): content for content in contents if content is not None}.values())
