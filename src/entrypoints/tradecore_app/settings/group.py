"""What every group of settings shares: how its fields are read from the environment and named in errors."""

from typing import Annotated

from pydantic import AliasChoices, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Group(BaseSettings):
    """The settings of one room. A field is read from the variables that its alias documents, and from nothing else."""

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, extra="forbid", frozen=True, protected_namespaces=()
    )


def variables(field: FieldInfo) -> tuple[str, ...]:
    """The environment variables that a field is read from, the first before the others.

    Raises TypeError for a field that documents none.
    """
    alias = field.validation_alias
    if isinstance(alias, str):
        return (alias,)
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    raise TypeError("A setting names its environment variables in validation_alias.")


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
