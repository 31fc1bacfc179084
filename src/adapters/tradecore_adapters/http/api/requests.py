"""Request bodies of the routes below /api: strict pydantic models, and the sentences of their errors."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue, SkipJsonSchema
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, Problem
from tradecore.model.market import AssetType, Symbol, symbol
from tradecore.model.money import decimal
from tradecore.model.steps import Analyst
from tradecore_adapters.http.http_errors import InvalidRequest
from tradecore_adapters.http.requests import JsonBody
from tradecore_adapters.http.text import nearest, printable

# `date.fromisoformat` also accepts `20241010` and `2024-W41-4`, which the API does not document.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

# The pattern of `require_clean_text` for the OpenAPI document.
_CLEAN = r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$"
ADDRESS = r"^[!-?A-~]{1,64}@[!-?A-~]{1,255}$"
_TICKER = r"\^?[A-Za-z0-9]{1,12}([.\-/=][A-Za-z0-9]{1,8}){0,2}"
SYMBOL_SCHEMA = {
    "type": "string",
    "pattern": rf"^{_TICKER}$",
    "examples": ["NVDA", "BTC-USD"],
}


DAY_SCHEMA = {"type": "string", "format": "date"}


class _Clean:
    # Not `json_schema_extra`: Litestar writes the examples of a field into it, and fields share it.
    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": _CLEAN}


CLEAN = _Clean()
"""Documents that a text has no characters that `require_clean_text` refuses."""


class _NeverNull:
    # Not `T | SkipJsonSchema[None]`, which pydantic validates as a union: each problem is then told for both parts.
    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        [given] = [part for part in handler(schema)["anyOf"] if part != {"type": "null"}]
        return JsonSchemaValue(given)


_NEVER_NULL = _NeverNull()


def read_day(value: object) -> date:
    """Parse `YYYY-MM-DD`. Raises PydanticCustomError for anything else and for days that do not exist."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "A date is written YYYY-MM-DD, and is in the calendar.")


def read_symbol(value: object) -> Symbol:
    """Parse a ticker or crypto pair to upper case. Raises PydanticCustomError if it is not one."""
    if not isinstance(value, str):
        raise PydanticCustomError("symbol", "A symbol is text such as NVDA or BTC-USD.")
    try:
        return symbol(value)
    except Invalid as error:
        raise PydanticCustomError("symbol", "{reason}", {"reason": str(error)}) from error


Day = Annotated[date, BeforeValidator(read_day), WithJsonSchema(DAY_SCHEMA)]
Ticker = Annotated[Symbol, BeforeValidator(read_symbol), WithJsonSchema(SYMBOL_SCHEMA)]


def unique(names: list[str]) -> list[str]:
    """The list itself. Raises ValidationError at each entry that repeats an earlier one."""
    repeated = [index for index, name in enumerate(names) if name in names[:index]]
    if repeated:
        sentence = "{name} is listed more than once."
        raise ValidationError.from_exception_data(
            "a list",
            [
                InitErrorDetails(
                    type=PydanticCustomError("repeated", sentence, {"name": names[index]}),
                    loc=(index,),
                    input=names[index],
                )
                for index in repeated
            ],
        )
    return names


def integral(value: object) -> object:
    """3 for 3.0, which is the same number in JSON and which some encoders write."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class SymbolText(str):
    """A symbol in a query, in upper case."""

    __slots__ = ()


def read_symbol_text(kind: type[SymbolText], text: Any) -> SymbolText:
    """The type decoder of SymbolText. Raises ValueError, whose message Litestar collects with those of other fields."""
    try:
        return kind(symbol(str(text)))
    except Invalid as error:
        raise ValueError(str(error)) from error


class DayText(str):
    """A day in a query, written YYYY-MM-DD and in the calendar."""

    __slots__ = ()


def read_day_text(kind: type[DayText], text: Any) -> DayText:
    """The type decoder of DayText. Raises ValueError, as `read_symbol_text` does."""
    return kind(read_day(text).isoformat())


class RequestBody(JsonBody):
    """A strict request body: camelCase names, no unknown fields, no conversions."""

    model_config = ConfigDict(strict=True, extra="forbid", alias_generator=to_camel, frozen=True)

    @classmethod
    def parse(cls, value: Any) -> Self:
        """The validated body. Raises InvalidRequest with every invalid field."""
        if not isinstance(value, dict):
            raise InvalidRequest.one("body", "The body is a JSON object.")
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise InvalidRequest(
                "The request is not valid.", [_problem(detail, cls) for detail in error.errors()]
            ) from None

    def fingerprint(self) -> str:
        """A canonical text of everything in the body, which tells requests under one idempotency key apart."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


class AnalysisConfig(RequestBody):
    """How deep the desk debates, and which model it thinks with."""

    research_depth: Annotated[int, BeforeValidator(integral)] = Field(ge=1, le=5, description="Rounds of debate")
    llm_model: Annotated[str, Field(min_length=1, max_length=100), CLEAN]
    llm_provider: Annotated[str, Field(min_length=1, max_length=50), CLEAN] | None = None
    engine: (
        Annotated[str, Field(min_length=1, max_length=50, description="A name that GET /api/engines lists"), CLEAN]
        | None
    ) = None
    risk_rounds: Annotated[int, BeforeValidator(integral)] = Field(
        0,
        ge=0,
        le=3,
        description="Rounds of a debate about the risk of the plan, after which the risk manager accepts it, vetoes it "
        "or returns it to the trader once; 0 leaves it to the engine, and the desk has none then",
    )


Analysts = Annotated[
    list[Literal["technical", "sentiment", "news", "fundamentals"]],
    Field(min_length=1, max_length=4, description="Each at most once", json_schema_extra={"uniqueItems": True}),
    AfterValidator(unique),
]


class LaunchAnalysisRequest(RequestBody):
    """An analysis to launch."""

    symbol: Ticker = Field(description="Ticker or crypto pair; case does not matter")
    asset_type: Literal["equity", "crypto"]
    date: Day = Field(description="The day to analyse, not in the future")
    analysts: Analysts
    config: AnalysisConfig

    @property
    def brief(self) -> AnalysisBrief:
        """The brief of the analysis. Raises Invalid as it does."""
        return AnalysisBrief(
            symbol=self.symbol,
            asset_type=AssetType(self.asset_type),
            as_of=self.date,
            analysts=tuple(Analyst(name) for name in self.analysts),
            depth=self.config.research_depth,
            risk_rounds=self.config.risk_rounds,
            model=self.config.llm_model,
            provider=self.config.llm_provider,
            engine=self.config.engine,
        )


class ExecuteRequest(RequestBody):
    """How a recommendation is executed."""

    confirm: bool = Field(
        False,
        description="Trade also where the symbol was traded less than a minute ago, or on the same evidence",
    )
    exits: Literal["bracket", "watch"] | None = Field(
        None,
        description="bracket places the stop and the target of a purchase with the order; watch raises an alert when "
        "one is reached. Without it, the server decides",
    )


def read_number(value: object) -> Decimal:
    """A JSON number, or one as text. Raises PydanticCustomError for anything else."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return decimal(str(value), "number")
        except Invalid:
            pass
    raise PydanticCustomError("number", "This is a number, such as 1234.5.")


Number = Annotated[Decimal, BeforeValidator(read_number), WithJsonSchema({"type": "number"})]


class CashRequest(RequestBody):
    """Cash to move."""

    amount: Number = Field(description="In whole cents: above 0 a deposit, below 0 a withdrawal")


class PositionRequest(RequestBody):
    """A position that was bought elsewhere."""

    symbol: Ticker
    quantity: Number = Field(description="Units, above 0")
    price: Number = Field(description="Average cost of a unit, above 0")
    asset_type: Literal["equity", "crypto"] | None = Field(
        None, description="By default crypto for pairs such as BTC-USD"
    )


class ImportRequest(RequestBody):
    """Positions that were bought elsewhere; as `text/csv`, a table with the columns symbol, quantity and price."""

    positions: Annotated[list[PositionRequest], Field(min_length=1, max_length=1000)] | None = None
    # What a body of the type text/csv holds; JSON text has no line breaks here.
    csv: SkipJsonSchema[str | None] = None


_COOKIE = "For pages of this server: a cookie that no script can read keeps the refresh token"


class LoginRequest(RequestBody):
    """Who signs in."""

    email: Annotated[str, Field(min_length=3, max_length=320, json_schema_extra={"pattern": ADDRESS})]
    password: Annotated[str, Field(min_length=1, max_length=256), CLEAN]
    rotate_refresh_token: bool = Field(
        False, description="Exchange the refresh token at each refresh; a spent one that comes back ends the sign-in"
    )
    cookie: bool = Field(False, description=_COOKIE)


def _only_true(value: object) -> object:
    # A literal would take 1 for the same.
    if value is not True:
        raise PydanticCustomError("only_true", "This is true, or left out.")
    return value


class RefreshRequest(RequestBody):
    """A refresh token, or the cookie that keeps it."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    refresh_token: Annotated[Annotated[str, Field(min_length=1, max_length=512), CLEAN] | None, _NEVER_NULL] = None
    cookie: Annotated[Literal[True] | None, BeforeValidator(_only_true), _NEVER_NULL] = Field(None, description=_COOKIE)

    @model_validator(mode="after")
    def _require_a_token(self) -> Self:
        if self.refresh_token is None and self.cookie is None:
            missing = InitErrorDetails(type="missing", loc=("refreshToken",), input=None)
            raise ValidationError.from_exception_data("a token", [missing])
        return self


_SENTENCES: Mapping[str, str] = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This is text.",
    "string_too_short": "This has a length of at least {min_length}.",
    "string_too_long": "This has a length of at most {max_length}.",
    "int_type": "This is a whole number.",
    "int_from_float": "This is a whole number.",
    "bool_type": "This is true or false.",
    "list_type": "This is a list.",
    "model_type": "This is an object.",
    "model_attributes_type": "This is an object.",
    "dict_type": "This is an object.",
    "greater_than_equal": "This is at least {ge}.",
    "less_than_equal": "This is at most {le}.",
    "literal_error": "This is one of {expected}.",
    "too_short": "The number of entries is at least {min_length}.",
    "too_long": "The number of entries is at most {max_length}.",
}


# All other errors are those of validators here, with a sentence of their own.
_OF_PYDANTIC = frozenset(get_args(ErrorType))


def _problem(error: Any, model: type[BaseModel]) -> Problem:
    kind, context, path = error["type"], error.get("ctx", {}), error["loc"]
    if kind in _SENTENCES:
        sentence = _SENTENCES[kind].format_map(context)
    else:
        sentence = "This value is not valid." if kind in _OF_PYDANTIC else error["msg"]
    if kind == "extra_forbidden":
        sentence += nearest(str(path[-1])[:64], _names(model, path[:-1]))
    return Problem(".".join(printable(str(part)) for part in path) or "body", sentence)


def _names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The names of the fields of the object at a path within the body."""
    for part in path:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        field = fields.get(str(part))
        kinds = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]
