"""Which column of a table is what, by the header words of vendors, exchanges and programs."""

import re
from collections.abc import Sequence

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import Symbol
from tradecore.model.traded_volume import QUOTE_CURRENCIES, VolumeUnit, pair

# The first that a header has counts: a file with `Close` and `Last` gives its close in `Close`.
_WORDS = {
    "day": (
        "date", "day", "trade date", "trading date", "trading day", "tradedate", "business date", "datetime",
        "date time", "timestamp", "dtyyyymmdd", "time", "open time", "opentime", "timeopen", "time open", "gmt time",
        "local time", "utc time", "unix", "unix time", "unix timestamp", "epoch", "dt", "window start", "snapped at",
        "observation date", "datum", "fecha", "data", "zeit", "t", "jour", "séance", "giorno", "日付", "日期",
        "交易日期", "날짜", "일자", "дата", "日付け", "日時", "tarih", "date/time", "dato", "tanggal", "ngày",
        "päivämäärä", "handelstag", "ts", "ts event", "start time", "quote date",
    ),
    "open": (
        "open", "open price", "opening price", "price open", "px open", "o", "first", "öppen", "eröffnung", "eröffn",
        "erster", "anfangskurs", "apertura", "ouverture", "ouv", "abertura", "openen", "åpning", "åbning", "åben",
        "avaus", "pembukaan", "mở", "始値", "开盘", "开盘价", "開盤", "開市", "開盤價", "시가", "открытие", "откр",
        "açılış", "otwarcie", "öppning",
    ),
    "high": (
        "high", "high price", "price high", "px high", "max", "h", "hoch", "tageshoch", "máximo", "plus haut", "haut",
        "massimo", "máxima", "hoog", "høy", "høj", "ylin", "tertinggi", "cao", "máx", "高値", "高", "最高", "最高价",
        "最高價", "고가", "максимум", "макс", "yüksek", "najwyzszy", "najwyższy", "högst",
    ),
    "low": (
        "low", "low price", "price low", "px low", "min", "l", "tief", "tagestief", "mínimo", "plus bas", "bas",
        "minimo", "mínima", "laag", "lav", "alin", "terendah", "thấp", "mín", "安値", "低", "最低", "最低价",
        "最低價", "저가", "минимум", "мин", "düşük", "najnizszy", "najniższy", "lägst",
    ),
    "close": (
        "close", "close price", "closing price", "price close", "close/last", "last", "last price", "px last",
        "trade price", "price", "settle", "settlement", "c", "schluss", "schlusskurs", "zuletzt", "cierre", "último",
        "clôture", "clot", "dernier", "chiusura", "ultimo", "fechamento", "slot", "slotkoers", "laatste", "終値",
        "收盘", "收盘价", "收盤", "收盤價", "收市", "senaste", "siste", "seneste", "viimeisin", "terakhir",
        "lần cuối", "종가", "закрытие", "цена", "şimdi", "kapanış", "zamkniecie", "zamknięcie", "ostatnio", "senast",
        "ltp",
    ),
    "adjusted": (
        "adj close", "adjclose", "adjusted close", "adjustedclose", "close adj", "closeadj", "close adjusted",
        "adj closing price",
    ),
    "splits": ("stock splits", "split ratio", "splitfactor", "split factor", "split coefficient", "splits"),
    "symbol": (
        "symbol", "ticker", "tic", "instrument", "tradingsymbol", "pair", "act symbol", "ts code", "ticker symbol",
        "stock symbol",
    ),
    "name": ("name",),
    "period": ("per", "interval", "timeframe", "period"),
    "time": ("time",),
}  # fmt: skip
_REQUIRED = ("day", "open", "high", "low", "close")
_VOLUME = re.compile(
    r"(?:total |px |accumulated )?(?:share |trade |traded )?(?:volumes?|vol|v|volumen|stuecke|stücke?|shares|"
    r"wolumen|wol|hac|hacim|volym|volum|成交股數|成交股数|出来高|成交量|거래량|объем|объём)\b[ .]*(?P<rest>.*)"
)
_MONEY = (
    "quote volume", "quote asset volume", "turnover", "volumeto", "volume to", "traded value", "trade value", "成交额",
    "成交額", "成交金額",
)  # fmt: skip
# Money traded, where another column is the volume; alone it may be a number of shares.
_AMOUNT = (*_MONEY, "amount")
_COINS = (
    "base volume",
    "base asset volume",
    "volumefrom",
    "volume from",
    "total trade quantity",
    "no of shares",
    "no.of shares",
    "number of shares",
    "tottrdqty",
)
_SCALES = {
    "100s": 2,
    "hundreds": 2,
    "000": 3,
    "000s": 3,
    "thousands": 3,
    "thousand": 3,
    "k": 3,
    "m": 6,
    "mn": 6,
    "mm": 6,
    "millions": 6,
    "million": 6,
    "mio": 6,
}
# A Chinese board lot is 100 shares; longer words come first.
_EAST_ASIAN_SCALES = {"百万": 6, "百萬": 6, "万": 4, "萬": 4, "千": 3, "手": 2}


@frozen(kw_only=True)
class Columns:
    """The places of the columns in a row; None for one that the table does not have.

    `volume_power` is the power of ten that a header such as `Volume (000s)` stands for. `money` is the money traded,
    where the volume is another column.
    """

    day: int
    open: int
    high: int
    low: int
    close: int
    volume: int | None = None
    volume_unit: VolumeUnit = VolumeUnit.UNSTATED
    volume_power: int = 0
    money: int | None = None
    adjusted: int | None = None
    splits: int | None = None
    symbol: int | None = None
    name: int | None = None
    period: int | None = None
    time: int | None = None


def is_header(cells: Sequence[str], symbol: Symbol) -> bool:
    """Whether a line names at least a date and a close."""
    names = [_tidy(cell, symbol) for cell in cells]
    return _place("close", names) is not None and _day(names) is not None


def known_words(cells: Sequence[str], symbol: Symbol) -> int:
    """How many of open, high, low, close and date a line names."""
    names = [_tidy(cell, symbol) for cell in cells]
    return sum(_place(role, names) is not None for role in _REQUIRED)


def columns_of(header: Sequence[str], symbol: Symbol, where: str) -> Columns:
    """Find the columns. Raises Invalid, with the columns that there are, where one is missing or there are two."""
    names = [_tidy(cell, symbol) for cell in header]
    places = {role: _place(role, names) for role in _WORDS}
    places["day"] = _day(names)
    listed = ", ".join(cell.strip()[:40] for cell in header[:20] if cell.strip()) or "empty"
    missing = [role for role in _REQUIRED if places[role] is None]
    if missing:
        words = ", ".join(repr("date" if role == "day" else role) for role in missing)
        noun = "column" if len(missing) == 1 else "columns"
        raise Invalid.one("symbol", f"{where} lacks the {noun} {words}; its columns are {listed}.")
    for role in (*_REQUIRED, "adjusted"):
        place = places[role]
        twin = [at for at, name in enumerate(names) if place is not None and name.partition("#")[0] == names[place]]
        if len(twin) > 1:
            raise Invalid.one(
                "symbol",
                f"{where} has {len(twin)} columns called {header[twin[0]].strip()!r}; write one symbol into one file.",
            )
    if places["time"] == places["day"]:
        places["time"] = None
    if places["period"] == places["day"]:
        places["period"] = None
    at, unit, power = _volume(names, symbol)
    money = next((place for place, name in enumerate(names) if name in _AMOUNT and at not in (None, place)), None)
    return Columns(**places, volume=at, volume_unit=unit, volume_power=power, money=money)  # type: ignore[arg-type]


def _tidy(cell: str, symbol: Symbol) -> str:
    """A header word without the ornaments that vendors put around it."""
    name = re.sub("[\u200b-\u200d\u2060\ufeff]", "", cell).strip()
    # Programs write openPrice.
    name = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name).lower()
    of_tuple = re.fullmatch(r"\(['\"]([^'\"]+)['\"], ?['\"][^'\"]*['\"]\)", name)
    name = of_tuple[1] if of_tuple else name
    name = re.sub(r"(?<=\w) *\[(?:[a-z]{3}|[$£¥\u20a0-\u20bf])\]$", "", name)
    name = re.sub(r"^\d+[a-z]?\. ", "", name).strip("<>[]\"' ").replace("_", " ")
    name = re.sub(r"[.*]+$", "", re.sub(r"\badj\.", "adj", name)).strip()
    ticker = re.escape(symbol.lower())
    name = re.sub(rf"^{ticker}[ .:/-]+|[ .:/-]+{ticker}$", "", name)
    # A table that was copied from the page of Yahoo has the explanations of its columns in it.
    name = re.sub(r"^(close|adj close) (?:adjusted )?close price.*", r"\1", name)
    # pandas writes a second `Close` as `Close.1`.
    name = re.sub(r"^(open|high|low|close|adj close)\.(\d+)$", r"\1#\2", name)
    if not _VOLUME.fullmatch(name):
        name = re.sub(r"\s*[(\[](?:[a-z]{3}|[$£¥\u20a0-\u20bf])[)\]]$", "", name)
    return re.sub(r"\s+", " ", name)


def _place(role: str, names: Sequence[str]) -> int | None:
    return next((names.index(word) for word in _WORDS[role] if word in names), None)


def _day(names: Sequence[str]) -> int | None:
    """The column of the day; a table written with its index has it first, without a name."""
    place = _place("day", names)
    if place is None and names and names[0] in ("", "unnamed: 0", "index"):
        return 0
    return place


def _volume(names: Sequence[str], symbol: Symbol) -> tuple[int | None, VolumeUnit, int]:
    """The column of the volume, units before money, with its unit and power of ten."""
    candidates: list[tuple[int, int, VolumeUnit, int]] = []
    for at, name in enumerate(names):
        if name in _COINS:
            candidates.append((0, at, VolumeUnit.UNITS, 0))
        elif name in _MONEY:
            candidates.append((2, at, VolumeUnit.MONEY, 0))
        elif (match := _VOLUME.fullmatch(name)) is not None and not _no_count(match["rest"]):
            unit, power = _counted(re.sub(r"[^a-z0-9$€£¥ ]", "", match["rest"]).strip(), symbol)
            rank = {VolumeUnit.UNITS: 0, VolumeUnit.UNSTATED: 1, VolumeUnit.MONEY: 2}[unit]
            power = next((power for word, power in _EAST_ASIAN_SCALES.items() if word in match["rest"]), power)
            candidates.append((rank, at, unit, power))
    if not candidates:
        return None, VolumeUnit.UNITS, 0
    _, at, unit, power = min(candidates)
    # A second column of money says that the first counts units.
    if unit is VolumeUnit.UNSTATED and any(other is VolumeUnit.MONEY for _, _, other, _ in candidates):
        unit = VolumeUnit.UNITS
    # CoinMarketCap names no unit; its volume is money, as its market capitalisation is.
    if unit is VolumeUnit.UNSTATED and pair(symbol) and {"marketcap", "market cap"} & set(names):
        unit = VolumeUnit.MONEY
    return at, unit, power


def _no_count(rest: str) -> bool:
    """Whether `Volume` is an average, counts lots of an unknown size, or a currency that is not named."""
    return bool({"ma", "lots", "lot", "ccy"} & set(re.findall(r"[a-z]+", rest)))


def _counted(rest: str, symbol: Symbol) -> tuple[VolumeUnit, int]:
    """What the words behind `Volume` say: the coin or shares, a currency, or a power of ten."""
    words = [word for word in rest.split() if word not in ("in", "of", "the")]
    power = next((_SCALES[word] for word in words if word in _SCALES), 0)
    parts = pair(symbol)
    base = parts[0] if parts else None
    for word in words:
        if word.upper() == base or word in ("shares", "units", "base", "coins", "contracts", "from"):
            return VolumeUnit.UNITS, power
        if word.upper() in QUOTE_CURRENCIES or word in (
            "currency",
            "quote",
            "money",
            "value",
            "$",
            "€",
            "£",
            "¥",
            "to",
        ):
            return VolumeUnit.MONEY, power
    unknown = [word for word in words if word not in _SCALES]
    return (VolumeUnit.UNITS if unknown else VolumeUnit.UNSTATED), power
