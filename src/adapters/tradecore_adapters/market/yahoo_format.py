"""The form of Yahoo's chart answers."""

from pydantic import BaseModel, Field, ValidationError

from tradecore.model.market import AssetType

COIN = "CRYPTOCURRENCY"


class TradingPeriod(BaseModel):
    """A session, in seconds since 1970."""

    start: int
    end: int


class TradingPeriods(BaseModel):
    """The sessions of the running day."""

    regular: TradingPeriod


class Meta(BaseModel):
    """What the answer says about its symbol."""

    symbol: str
    currency: str | None = None
    instrument: str = Field("", alias="instrumentType")
    zone: str = Field(alias="exchangeTimezoneName")
    first_trade: int | None = Field(None, alias="firstTradeDate")
    price: float | None = Field(None, alias="regularMarketPrice")
    price_at: int | None = Field(None, alias="regularMarketTime")
    periods: TradingPeriods | None = Field(None, alias="currentTradingPeriod")


class Quotes(BaseModel):
    """The arrays of prices, one entry for each time stamp."""

    open: list[float | None] = []
    high: list[float | None] = []
    low: list[float | None] = []
    close: list[float | None] = []
    volume: list[float | None] = []


class Indicators(BaseModel):
    """The arrays of a chart."""

    quote: list[Quotes]


class DividendEvent(BaseModel):
    """A dividend of one share, divided by later splits."""

    date: int
    amount: float = Field(gt=0, allow_inf_nan=False)


class SplitEvent(BaseModel):
    """A split."""

    date: int
    numerator: float = Field(gt=0, allow_inf_nan=False)
    denominator: float = Field(gt=0, allow_inf_nan=False)


class Events(BaseModel):
    """The splits and dividends by their time."""

    dividends: dict[str, DividendEvent] = {}
    splits: dict[str, SplitEvent] = {}


class Chart(BaseModel):
    """One chart."""

    meta: Meta
    timestamp: list[int] = []
    events: Events = Events()
    indicators: Indicators


def chart_in(document: object) -> Chart:
    """The chart in an answer. Raises ValidationError, LookupError or TypeError for one of another form."""
    return Chart.model_validate(document["chart"]["result"][0])  # type: ignore[index]  # a TypeError is handled


def asset_type_in(document: object) -> AssetType | None:
    """What a chart answer says that its symbol is; None where it does not say."""
    meta = _meta(document)
    return None if meta is None else AssetType.CRYPTO if meta.instrument == COIN else AssetType.EQUITY


def symbol_in(document: object) -> str | None:
    """The symbol that a chart answer is about; None where it does not say."""
    meta = _meta(document)
    return None if meta is None else meta.symbol.upper()


def _meta(document: object) -> Meta | None:
    try:
        return chart_in(document).meta
    except (ValidationError, LookupError, TypeError):
        return None
