"""Requests of other programs to language models: checked and bounded before they are sent."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tradecore.model.errors import Invalid
from tradecore.ports.language import ChatFormat, ChatModel, ChatRequest, LanguageModel

# What of a request is sent. Everything else is left out: further answers, streaming, storage and service tiers.
_PARAMETERS: Mapping[ChatFormat, frozenset[str]] = {
    ChatFormat.CHAT_COMPLETIONS: frozenset(
        "messages tools tool_choice parallel_tool_calls response_format temperature top_p stop seed "
        "presence_penalty frequency_penalty reasoning_effort".split()
    ),
    ChatFormat.MESSAGES: frozenset(
        "messages system tools tool_choice temperature top_p top_k stop_sequences thinking output_config".split()
    ),
}
_TOKEN_LIMITS = ("max_completion_tokens", "max_tokens")
# Parts of messages whose tokens are at most their bytes. An image, or the address of one, takes more.
_PARTS = frozenset("text refusal thinking redacted_thinking tool_use tool_result input_text output_text".split())


def chat_model(model: LanguageModel) -> ChatModel | None:
    """The model for requests of other programs; None for a model that takes prompts only."""
    chat: ChatModel | None = getattr(model, "chat", None)
    return chat


def prepare_request(request: ChatRequest, chat_format: ChatFormat) -> tuple[Mapping[str, Any], int | None]:
    """The parameters of a request that are sent, and the limit on the tokens of the answer that it asks for.

    Raises: Invalid about `request` for one that is not of the format, or that holds more than text.
    """
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        raise Invalid.one("request", "A request is a JSON object with a list of messages.")
    if any(part not in _PARTS for part in _part_types(body["messages"])):
        raise Invalid.one("request", "The messages of a request hold text only.")
    sent = {name: value for name, value in body.items() if name in _PARAMETERS[chat_format] and value is not None}
    if "tools" in sent:
        sent["tools"] = [tool for tool in sent["tools"] if _is_function(tool, chat_format)]
        if not sent["tools"]:
            for name in ("tools", "tool_choice", "parallel_tool_calls"):
                sent.pop(name, None)
    limits = [body[name] for name in _TOKEN_LIMITS if isinstance(body.get(name), int) and body[name] > 0]
    return sent, min(limits, default=None)


def _is_function(tool: object, chat_format: ChatFormat) -> bool:
    """Whether a tool is a function of the program; vendors run others, which could read what came later."""
    if not isinstance(tool, dict):
        return False
    if chat_format is ChatFormat.CHAT_COMPLETIONS:
        return tool.get("type") == "function"
    return tool.get("type", "custom") == "custom" and "input_schema" in tool


def _part_types(messages: list[Any]) -> Iterator[str]:
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else ():
            yield str(part.get("type")) if isinstance(part, dict) else "text"
            if isinstance(part, dict) and isinstance(part.get("content"), list):
                yield from _part_types([part])
