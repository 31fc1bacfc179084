"""The Python client covers every operation of the OpenAPI document, with and without an event loop."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tradecore.model.errors import Invalid
from tradecore_adapters.client import AsyncClient, Client, calls
from tradecore_adapters.client.calls import Call

DOCUMENT = Path(__file__).parents[1] / "golden/trading/openapi.json"
# Operations that methods of the client perform by other means.
FOLLOWED = {"followAnalysis": "follow", "followUser": "follow_user"}
# What load balancers, browsers and feed readers open.
FOR_MACHINES = {"root", "health", "ready", "getDigestsFeed"}
# Calls that the session of a client makes; `refresh` is made unasked.
OF_THE_SESSION = {"login", "finish_provider_login", "logout", "refresh"}


def operations() -> Iterator[tuple[str, str, str]]:
    """Method, path without names of parameters, and id of each operation."""
    for path, methods in json.loads(DOCUMENT.read_text("utf-8"))["body"]["paths"].items():
        for method, operation in methods.items():
            if "operationId" in operation:
                yield method.upper(), re.sub(r"\{[^}]*\}", "{}", path), operation["operationId"]


def calls_by_name() -> dict[str, Callable[..., Call[Any]]]:
    return {
        name: function
        for name, function in inspect.getmembers(calls, inspect.isfunction)
        if str(inspect.signature(function).return_annotation).find("Call[") >= 0
    }


def request_of(function: Callable[..., Call[Any]]) -> tuple[str, str]:
    """The method and the path of a call, with its arguments left out of the path."""
    call = called(function, "{}")
    return call.method, call.path.replace("%7B%7D", "{}")


def called(function: Callable[..., Call[Any]], text: str) -> Call[Any]:
    """A call with this text for each text that it needs."""
    values = {"str": text, "date": date(2024, 1, 1), "int": 1, "float": 1.0}
    required = {
        name: values.get(getattr(parameter.annotation, "__name__", ""), ())
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty
    }
    return function(**required)


def test_every_operation_has_a_method() -> None:
    covered = {request_of(function) for function in calls_by_name().values()}
    missing = {
        operation: (method, path)
        for method, path, operation in operations()
        if (method, path) not in covered and operation not in FOLLOWED and operation not in FOR_MACHINES
    }
    assert missing == {}
    assert {name for name in FOLLOWED.values() if not hasattr(Client, name)} == set()


def test_every_call_is_of_an_operation() -> None:
    documented = {(method, path) for method, path, _ in operations()}
    assert {name: request_of(function) for name, function in calls_by_name().items()}.items() == {
        name: request for name, function in calls_by_name().items() if (request := request_of(function)) in documented
    }.items()


def test_both_clients_have_every_call() -> None:
    names = (set(calls_by_name()) - OF_THE_SESSION) | (OF_THE_SESSION - {"refresh"}) | set(FOLLOWED.values())
    for client in (Client, AsyncClient):
        public = {name for name in dir(client) if not name.startswith("_")}
        assert public - {"perform", "server", "token"} == names


@pytest.mark.parametrize("text", ["a/b", "../../users", "..", ".", "a?b#c", "é x"])
def test_an_argument_is_one_segment_of_a_path_whatever_it_holds(text: str) -> None:
    for name, function in calls_by_name().items():
        usual, hostile = (httpx2.URL(f"https://host{called(function, each).path}").raw_path for each in ("x", text))
        assert hostile.count(b"/") == usual.count(b"/"), name
        assert b"?" not in hostile, name


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            {"message": "The request is not valid.", "details": [
                {"field": "engines.1", "message": "rules is listed more than once."},
                {"field": "date", "message": "The date is in the future."},
            ]},
            "The request is not valid. engines.1: rules is listed more than once. date: The date is in the future.",
        ),
        (
            {"message": "Not a symbol.", "details": [{"field": "ticker", "message": "Not a symbol."}]},
            "ticker: Not a symbol.",
        ),
        (
            {"message": "No such ticker.", "details": [{"field": "ticker", "message": "No such ticker."}]},
            "No such ticker.",
        ),
        (
            {"message": "This is one of asc, desc.", "details": [
                {"field": "sortOrder", "message": "This is one of asc, desc."},
            ]},
            "sortOrder: This is one of asc, desc.",
        ),
        ({"message": "Not a symbol."}, "Not a symbol."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_with_each_field(error: dict[str, Any], words: str) -> None:
    envelope = {"success": False, "error": {"code": "invalid_input", **error}}
    with pytest.raises(Invalid) as refused:
        calls.read(calls.engines(), 400, {}, json.dumps(envelope).encode())
    assert str(refused.value) == words
    assert len(refused.value.problems) == len(error.get("details", ()))
