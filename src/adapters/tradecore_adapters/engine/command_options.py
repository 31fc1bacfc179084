"""Options of the engines that are commands of the operator."""

import os
import re
import shlex
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator
from pydantic_settings import NoDecode

from tradecore_adapters.rows import CommaSeparated, Options

_ENTRY = re.compile(r"([a-z][a-z0-9_-]{0,31})=(\S.*)", re.DOTALL)


def _split(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(";")))) if isinstance(value, str) else value


class CommandOptions(Options):
    """Which commands are engines, and what they may take."""

    engines: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        (),
        validation_alias="TRADECORE_COMMAND_ENGINES",
        description="engines that are programs of yours, NAME=COMMAND, separated by semicolons, such as "
        "mine=/opt/venv/bin/python /opt/mine.py; see docs/command-engines.md",
    )
    variables: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_COMMAND_VARIABLES",
        description="environment variables that these programs get, such as OPENAI_API_KEY, comma separated; they get "
        "no others",
    )
    seconds: float = Field(
        600,
        gt=0,
        le=86_400,
        validation_alias="TRADECORE_COMMAND_SECONDS",
        description="seconds that such a program may take for one analysis",
    )
    dollars: Decimal | None = Field(
        None,
        gt=0,
        le=10_000,
        validation_alias="TRADECORE_COMMAND_DOLLARS",
        description="most that one analysis by such a program may cost, in US dollars; unset means that they bill "
        "nothing",
    )

    @property
    def commands(self) -> Mapping[str, tuple[str, ...]]:
        """The words of each command by the name of its engine."""
        return dict(map(_command, self.engines))

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that the commands get, those of them that are set."""
        return {name: os.environ[name] for name in self.variables if name in os.environ}

    @field_validator("engines")
    @classmethod
    def _are_commands(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = [_command(entry)[0] for entry in value]
        if len(set(names)) < len(names):
            raise ValueError("two engines have the same name")
        return value


def _command(entry: str) -> tuple[str, tuple[str, ...]]:
    """The name and the words of `NAME=COMMAND`. Raises ValueError for anything else."""
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise ValueError("write NAME=COMMAND with a name of lower-case letters, such as mine=python3 /opt/mine.py")
    try:
        return match[1], tuple(shlex.split(match[2]))
    except ValueError as error:
        raise ValueError(f"the quotation marks of the command of {match[1]} do not match") from error
