"""Every kind of price file that people have: the right numbers, or a refusal that names what is wrong."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from price_files import (
    BEGIN,
    DAYS,
    HEAD,
    PLAIN,
    Day,
    epoch,
    german,
    lines,
    prices_of,
    read,
    rows_of,
    series,
    stamped,
    table,
)
from tradecore.model.market import AssetType, PriceSource, Symbol
from tradecore_adapters.market.price_table import read_prices

THOUSANDS = series(times=10)

YFINANCE = "{d},{c},{h},{l},{o},{v}"
WRITTEN: dict[str, tuple[str | bytes, list[Day]]] = {
    # Numbers.
    "plain": (PLAIN, DAYS),
    "comma thousands": (table(THOUSANDS, price=lambda v: f"{v:,.2f}", volume="{:,}".format, quote='"'), THOUSANDS),
    "point thousands, decimal comma": (table(THOUSANDS, price=german, volume=german, quote='"'), THOUSANDS),
    "decimal comma in quotes": (table(DAYS, price=german, quote='"'), DAYS),
    "space thousands": (
        table(
            THOUSANDS,
            price=lambda v: f"{v:,}".replace(",", " ").replace(".", ","),
            mark=";",
            header="date;open;high;low;close;volume",
        ),
        THOUSANDS,
    ),
    "narrow space thousands": (table(THOUSANDS, price=lambda v: f"{v:,}".replace(",", "\u202f")), THOUSANDS),
    "apostrophe thousands": (table(THOUSANDS, price=lambda v: f"{v:,}".replace(",", "'")), THOUSANDS),
    "dollar signs": (table(DAYS, price=lambda v: f"${v}"), DAYS),
    "euro signs behind": (
        table(DAYS, price=lambda v: f"{german(v)} €", mark=";", header="date;open;high;low;close;volume"),
        DAYS,
    ),
    "currency codes": (table(DAYS, price=lambda v: f"USD {v}"), DAYS),
    "exponents": (table(DAYS, price=lambda v: f"{v:.6E}", volume="{:.7E}".format), DAYS),
    "three decimals, as programs write them": (table(DAYS, price=lambda v: f"{v:.3f}"), DAYS),
    "thousands without decimals, shown by the volume": (
        table(series(times=100), price=lambda v: f"{v:,.0f}", volume=lambda _: "12.30M", quote='"'),
        series(times=100),
    ),
    # Encodings and line ends.
    "UTF-8 with a mark": (PLAIN.encode("utf-8-sig"), DAYS),
    "UTF-16, little": (PLAIN.encode("utf-16-le"), DAYS),
    "UTF-16, big": (PLAIN.encode("utf-16-be"), DAYS),
    "UTF-16 with a mark": (PLAIN.encode("utf-16"), DAYS),
    "UTF-16 with a mark, big": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), DAYS),
    "Excel's Unicode text": (
        table(DAYS, mark="\t", header="Date\tOpen\tHigh\tLow\tClose\tVolume").encode("utf-16"),
        DAYS,
    ),
    "Windows-1252": (
        table(
            DAYS,
            price=german,
            mark=";",
            header="Datum;Eröffnung;Hoch;Tief;Schluss;Volumen",
            day=lambda d: f"{d:%d.%m.%Y}",
        ).encode("cp1252"),
        DAYS,
    ),
    "CRLF": (PLAIN.replace("\n", "\r\n"), DAYS),
    "CR": (PLAIN.replace("\n", "\r"), DAYS),
    "no line end": (PLAIN.rstrip("\n"), DAYS),
    # Delimiters and what stands above the header.
    "semicolons": (table(DAYS, mark=";", header="date;open;high;low;close;volume"), DAYS),
    "tabs": (table(DAYS, mark="\t", header="date\topen\thigh\tlow\tclose\tvolume"), DAYS),
    "bars": (table(DAYS, mark="|", header="date|open|high|low|close|volume"), DAYS),
    "sep=": ("sep=;\n" + table(DAYS, mark=";", header="date;open;high;low;close;volume"), DAYS),
    "all in quotes": (table(DAYS, quote='"', header='"date","open","high","low","close","volume"'), DAYS),
    "lines above the header": ("Prices of NVDA\n\nas of today, in USD\n" + PLAIN, DAYS),
    "blank lines and empty rows": (PLAIN.replace("\n", "\n\n,,,,,\n"), DAYS),
    # Headers of vendors.
    "Yahoo": ("Date,Open,High,Low,Close,Adj Close,Volume\n" + lines("{d},{o},{h},{l},{c},{c},{v}"), DAYS),
    "Yahoo's page": (
        "Date,Open,High,Low,Close*,Adj Close**,Volume\n"
        + lines('"{d:%b %d, %Y}",{o},{h},{l},{c},{c},"{v:,}"', newest_first=True),
        DAYS,
    ),
    "yfinance": (
        "Price,Close,High,Low,Open,Volume\nTicker,NVDA,NVDA,NVDA,NVDA,NVDA\nDate,,,,,\n" + lines(YFINANCE),
        DAYS,
    ),
    "yfinance, tickers first": (
        "Ticker,NVDA,NVDA,NVDA,NVDA,NVDA\nPrice,Close,High,Low,Open,Volume\nDate,,,,,\n" + lines(YFINANCE),
        DAYS,
    ),
    "yfinance, two tickers": (
        "Price,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume\nTicker"
        + ",AMD,NVDA" * 5
        + "\nDate"
        + "," * 10
        + "\n"
        + lines("{d},1,{c},1,{h},1,{l},1,{o},1,{v}"),
        DAYS,
    ),
    "yfinance's history": (
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n"
        + lines("{d} 00:00:00-05:00,{o},{h},{l},{c},{v},0.0,0.0"),
        DAYS,
    ),
    "pandas, index without a name": (table(DAYS, header=",Open,High,Low,Close,Volume"), DAYS),
    "pandas, numbered rows": (",date,open,high,low,close,volume\n" + lines("7,{d},{o},{h},{l},{c},{v}"), DAYS),
    "pandas, names of two levels": (
        "Date,"
        + ",".join(f"\"('{name}', 'NVDA')\"" for name in ("Open", "High", "Low", "Close", "Volume"))
        + "\n"
        + lines("{d},{o},{h},{l},{c},{v}"),
        DAYS,
    ),
    "quantmod": (table(DAYS, header='"","NVDA.Open","NVDA.High","NVDA.Low","NVDA.Close","NVDA.Volume"'), DAYS),
    "Nasdaq": (
        "Date,Close/Last,Volume,Open,High,Low\n" + lines("{d:%m/%d/%Y},${c},{v},${o},${h},${l}", newest_first=True),
        DAYS,
    ),
    "Investing.com": (
        '"Date","Price","Open","High","Low","Vol.","Change %"\n'
        + lines('"{d:%m/%d/%Y}","{c}","{o}","{h}","{l}","12.30M","0.25%"', newest_first=True),
        DAYS,
    ),
    "stooq": (table(DAYS, header="Date,Open,High,Low,Close,Volume"), DAYS),
    "stooq, bulk": (
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        + lines("NVDA.US,D,{d:%Y%m%d},000000,{o},{h},{l},{c},{v},0"),
        DAYS,
    ),
    "Alpha Vantage": (table(DAYS, header="timestamp,open,high,low,close,volume"), DAYS),
    "Alpha Vantage, numbered": (table(DAYS, header="timestamp,1. open,2. high,3. low,4. close,5. volume"), DAYS),
    "Google": (
        table(DAYS, header="Date,Open,High,Low,Close,Volume", day=lambda d: f"{d.month}/{d.day}/{d.year} 16:00:00"),
        DAYS,
    ),
    "Google, once": (table(DAYS, header="Date,Open,High,Low,Close,Volume", day=lambda d: f"{d.day}-{d:%b-%y}"), DAYS),
    "OKX": ("ts,o,h,l,c,vol,volCcy,volCcyQuote,confirm\n" + stamped("{e},{o},{h},{l},{c},5,6,7,1", 1000), DAYS),
    "Bybit": (
        "startTime,openPrice,highPrice,lowPrice,closePrice,volume,turnover\n"
        + stamped("{e},{o},{h},{l},{c},5,1", 1000),
        DAYS,
    ),
    "Databento": (
        "ts_event,rtype,open,high,low,close,volume,symbol\n"
        + lines("{d}T00:00:00.000000000Z,35,{o:.9f},{h:.9f},{l:.9f},{c:.9f},{v},NVDA"),
        DAYS,
    ),
    "KRX": (
        "일자,종가,대비,등락률,시가,고가,저가,거래량\n"
        + lines('"{d}","{c}","1","0.5","{o}","{h}","{l}","{v}"', newest_first=True),
        DAYS,
    ),
    "Investing.com in China": (
        "日期,收盘,开盘,高,低,交易量,涨跌幅\n" + lines('"{d}","{c}","{o}","{h}","{l}","1.00M","0.5%"'),
        DAYS,
    ),
    "Investing.com in Sweden": (
        "Datum,Senaste,Öppen,Högst,Lägst,Vol.,+/- %\n"
        + lines('"{d}","{c}","{o}","{h}","{l}","1,00M","0,50%"').replace(".", ","),
        DAYS,
    ),
    "NSE": (
        '"Date ","series ","OPEN ","HIGH ","LOW ","PREV. CLOSE ","ltp ","close ","vwap ","VOLUME ","VALUE "\n'
        + lines('"{d:%d-%b-%Y}","EQ","{o}","{h}","{l}","99","98","{c}","100","12,34,567","1,00,00,000.50"'),
        DAYS,
    ),
    "MetaTrader": (lines("{d:%Y.%m.%d},00:00,{o},{h},{l},{c},{v}"), DAYS),
    "Dukascopy": (
        table(DAYS, header="Gmt time,Open,High,Low,Close,Volume", day=lambda d: f"{d:%d.%m.%Y} 00:00:00.000"),
        DAYS,
    ),
    "Barchart": (
        "Time,Open,High,Low,Last,Change,%Chg,Volume\n"
        + lines("{d:%m/%d/%Y},{o},{h},{l},{c},1,0.5%,{v}")
        + '"Downloaded from Barchart.com as of 03-21-2026"\n',
        DAYS,
    ),
    "Yahoo's page, copied today": (
        "Date\tOpen\tHigh\tLow\tClose Close price adjusted for splits.\tAdj Close Adjusted close price adjusted for "
        "splits and dividend and/or capital gain distributions.\tVolume\n"
        + lines("{d:%b %d, %Y}\t{o}\t{h}\t{l}\t{c}\t{c}\t{v:,}", newest_first=True)
        + "Jan 2, 2026\t0.01 Dividend\n",
        DAYS,
    ),
    "Bloomberg": (table(DAYS, header="Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME"), DAYS),
    "Refinitiv": (
        table(DAYS, header="Timestamp,Open Price,High Price,Low Price,Trade Price,Accumulated Volume"),
        DAYS,
    ),
    "Polygon": ("v,vw,o,c,h,l,t,n\n" + lines("{v},{c},{o},{c},{h},{l},{d} 05:00:00Z,9"), DAYS),
    "MetaStock": (
        "<TICKER>,<PER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        + lines("NVDA,D,{d:%Y%m%d},000000,{o},{h},{l},{c},{v},0"),
        DAYS,
    ),
    "Japanese Excel": (
        table(DAYS, header="日付,始値,高値,安値,終値,出来高", day=lambda d: f"{d.year}/{d.month}/{d.day}").encode(
            "cp932"
        ),
        DAYS,
    ),
    "Korean Excel": (
        table(DAYS, header="날짜,시가,고가,저가,종가,거래량", day=lambda d: f"{d:%Y.%m.%d}").encode("cp949"),
        DAYS,
    ),
    "Chinese Excel": (table(DAYS, header="日期,开盘,最高,最低,收盘,成交量").encode("gb18030"), DAYS),
    # Days.
    **{
        f"days such as {day(BEGIN)}": (table(DAYS, day=day, quote='"'), DAYS)
        for day in (
            lambda d: f"{d:%Y/%m/%d}",
            lambda d: f"{d:%Y%m%d}",
            lambda d: f"{d:%d-%b-%Y}",
            lambda d: f"{d:%d %B %Y}",
            lambda d: f"{d:%b %d, %Y}",
            lambda d: f"{d:%A, %B %d, %Y}",
            lambda d: f"{d:%m/%d/%Y}",
            lambda d: f"{d:%d/%m/%Y}",
            lambda d: f"{d:%d.%m.%Y}",
            lambda d: f"{d:%m-%d-%Y}",
            lambda d: f"{d:%m/%d/%y}",
            lambda d: f"{d.year}年{d.month}月{d.day}日",
            lambda d: f"{d:%d/%m/%y}",
            lambda d: f"{d.month}/{d.day}/{d.year} 4:00:00 PM",
            lambda d: f"{d:%a %b %d %Y} 00:00:00 GMT-0500 (EST)",
            lambda d: f"{d} 00:00:00",
            lambda d: f"{d}T00:00:00Z",
            lambda d: f"{d}T00:00:00.000+00:00",
            lambda d: f"{d} 00:00:00-05:00",
            lambda d: f"{d}T09:30:00-05:00",
            lambda d: f"{d}T14:30:00Z",
            lambda d: f"{d}T21:00:00Z",
            lambda d: f"{d}T05:00:00Z",
            epoch,
            lambda d: epoch(d, 1000),
            lambda d: epoch(d, 10**6),
            lambda d: epoch(d, 10**9),
            lambda d: epoch(d, 1, 52_200),
        )
    },
    "midnights of London, half in summer": (
        table(
            DAYS, day=lambda d: f"{d} 00:00:00+00:00" if d < date(2026, 2, 10) else f"{d - timedelta(1)} 23:00:00+00:00"
        ),
        DAYS,
    ),
    "month names of a French spreadsheet": (
        table(DAYS, day=lambda d: f"{d.day} {('janv.', 'févr.', 'mars')[d.month - 1]} {d.year}"),
        DAYS,
    ),
    "month names of a Spanish spreadsheet": (
        table(DAYS, day=lambda d: f"{d.day} {('ene.', 'feb.', 'mar.')[d.month - 1]} {d.year}"),
        DAYS,
    ),
    "month names of a Portuguese sentence": (
        table(DAYS, day=lambda d: f"{d.day} de {('janeiro', 'fevereiro', 'março')[d.month - 1]} de {d.year}"),
        DAYS,
    ),
    "month names in Russian": (
        table(DAYS, day=lambda d: f"{d.day} {('января', 'февраля', 'марта')[d.month - 1]} {d.year}"),
        DAYS,
    ),
    "short month names in Russian": (
        table(DAYS, day=lambda d: f"{d.day} {('янв.', 'февр.', 'мар.')[d.month - 1]} {d.year}"),
        DAYS,
    ),
    "years, months and days without zeros": (table(DAYS, day=lambda d: f"{d:%y}/{d.month}/{d.day}"), DAYS),
    "rupees in the header": (
        "Date,Opening Price (₹),High Price (₹),Low Price (₹),Closing Price (₹),Volume\n"
        + lines("{d},{o},{h},{l},{c},{v}"),
        DAYS,
    ),
    "a spreadsheet of Turkey": (
        ("Tarih;Açılış;Yüksek;Düşük;Şimdi;Hac.\n" + lines("{d:%d.%m.%Y};{o};{h};{l};{c};{v}")).encode("cp1254"),
        DAYS,
    ),
    "a spreadsheet of Poland": (
        ("Data;Otwarcie;Najwyższy;Najniższy;Zamknięcie;Wolumen\n" + lines("{d};{o};{h};{l};{c};{v}")).encode("cp1250"),
        DAYS,
    ),
    "German weekdays": (table(DAYS, day=lambda d: f"{'Mo Di Mi Do Fr'.split()[d.weekday()]}. {d:%d.%m.%Y}"), DAYS),
    "Investing.com in Korea": (table(DAYS, day=lambda d: f"{d:%Y- %m- %d}"), DAYS),
    "days and times without signs": (table(DAYS, day=lambda d: f"{d:%Y%m%d}T000000Z"), DAYS),
    "HistData": ("".join(f"{d.day:%Y%m%d} 000000;{d.open};{d.high};{d.low};{d.close};0\n" for d in DAYS), DAYS),
    "Flex queries of Interactive Brokers": (
        '"Symbol","Date/Time","Open","High","Low","Close","Volume"\n'
        + lines('"NVDA","{d:%Y%m%d}","{o}","{h}","{l}","{c}","{v}"'),
        DAYS,
    ),
    "currencies in the header": (
        "DATE,OPEN [USD],HIGH [USD],LOW [USD],CLOSE [USD],VOLUME [shares]\n" + lines("{d},{o},{h},{l},{c},{v}"),
        DAYS,
    ),
    "a space of no width": (PLAIN.replace("close", "\u200bclose"), DAYS),
    "a byte order mark read as Windows-1252": ("\u00ef\u00bb\u00bf" + PLAIN, DAYS),
    "formulas that keep cells as text": (HEAD + lines('="{d}",="{o}",{h},{l},{c},{v}'), DAYS),
    "each line in one cell": ("".join(f'"{line}"\n' for line in PLAIN.splitlines()), DAYS),
    "Bloomberg's list of securities": (
        "Security,NVDA US Equity\nPeriod,D\n\nDate,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME\n"
        + lines("{d},{o},{h},{l},{c},#N/A N/A"),
        DAYS,
    ),
    # Rows that do not count.
    "weekends filled with the day before": (
        HEAD
        + "".join(
            f"{d.day + timedelta(ahead)},{d.open},{d.high},{d.low},{d.close},{d.volume}\n"
            for d in DAYS
            for ahead in range(3 if d.day.weekday() == 4 else 1)
        ),
        DAYS,
    ),
    "weekends filled with the last close": (
        HEAD
        + "".join(
            lines("{d},{o},{h},{l},{c},{v}", [d])
            + (f"{d.day + timedelta(1)},{d.close},{d.close},{d.close},{d.close},0\n" if d.day.weekday() == 4 else "")
            for d in DAYS
        ),
        DAYS,
    ),
    "newest first": (HEAD + lines("{d},{o},{h},{l},{c},{v}", newest_first=True), DAYS),
    "a footer": (PLAIN + "* Close price adjusted for splits\nTotal,1,2,3,4,5\n", DAYS),
    "a second header": (PLAIN.replace("2026-02-02,", HEAD + "2026-02-02,"), DAYS),
    "later than asked": (PLAIN + "2062-01-01,1,2,1,2,5\n", DAYS),
}


@pytest.mark.parametrize("kind", WRITTEN)
async def test_every_way_to_write_the_same_series_gives_the_same_bars(tmp_path: Path, kind: str) -> None:
    content, expected = WRITTEN[kind]
    bars = await read(tmp_path, content)
    assert rows_of(bars) == prices_of(expected)


async def test_rows_that_fill_a_weekend_are_named_and_sessions_of_a_saturday_are_kept(tmp_path: Path) -> None:
    saturday, before = date(2026, 3, 14), DAYS[-6]
    filled = f"{saturday},{before.open},{before.high},{before.low},{before.close},{before.volume}\n"
    bars = await read(tmp_path, PLAIN + filled)
    assert bars.repaired == (f"{saturday}: left out, it repeats {before.day} on a weekend.",)
    bars = await read(tmp_path, PLAIN + f"{saturday},150,151,149,150.5,20000\n")
    assert saturday in [bar.day for bar in bars.bars]


@pytest.mark.parametrize(("name", "ticker"), [("INFY.NS", "INFY"), ("7203.T", "7203"), ("SAP.DE", "SAP")])
async def test_an_exchange_writes_its_ticker_without_the_suffix_of_the_exchange(
    tmp_path: Path, name: str, ticker: str
) -> None:
    content = "SYMBOL,TIMESTAMP,OPEN,HIGH,LOW,CLOSE,TOTTRDQTY\n" + lines(
        f"{ticker},{{d}},{{o}},{{h}},{{l}},{{c}},{{v}}"
    )
    bars = await read(tmp_path, content, name=name)
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.last.volume == DAYS[-1].volume
    assert bars.repaired == ()


EXCHANGES: dict[str, tuple[str, str]] = {
    "Binance": (stamped("{e},{o},{h},{l},{c},12.5,0,1234.5,100,6.1,600.1,0", 1000), "BTC/USDT"),
    "Binance, microseconds": (stamped("{e},{o},{h},{l},{c},12.5,0,1234.5,100,6.1,600.1,0", 10**6), "BTC/USDT"),
    "Binance, with names": (
        "open_time,open,high,low,close,volume,close_time,quote_volume,count\n"
        + stamped("{e},{o},{h},{l},{c},12.5,0,1234.5,100", 1000),
        "BTC/USDT",
    ),
    "Kraken": (stamped("{e},{o},{h},{l},{c},12.5,77"), "BTC/USDT"),
    "Kraken, with its average": (stamped("{e},{o},{h},{l},{c},{c},12.5,77"), "BTC/USDT"),
    "CryptoDataDownload": (
        "https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n"
        + stamped("{e},{d} 00:00:00,BTC/USDT,{o},{h},{l},{c},12.5,1234.5,5"),
        "BTC/USDT",
    ),
    "CryptoDataDownload, money first": (
        "https://www.CryptoDataDownload.com\ndate,symbol,open,high,low,close,Volume USDT,Volume BTC\n"
        + stamped("{d},BTC/USDT,{o},{h},{l},{c},1234.5,12.5"),
        "BTC/USDT",
    ),
}


@pytest.mark.parametrize("kind", EXCHANGES)
async def test_dumps_of_exchanges_are_read_with_their_volume_in_coins(tmp_path: Path, kind: str) -> None:
    content, symbol = EXCHANGES[kind]
    bars = await read(tmp_path, content, name="BTC-USDT", symbol=symbol, asset_type=AssetType.CRYPTO)
    assert rows_of(bars) == prices_of(DAYS)
    assert {bar.volume for bar in bars.bars} == {Decimal("12.5")}


@pytest.mark.parametrize(
    "header",
    [
        "Date;Ouverture;Plus haut;Plus bas;Clôture;Volume",
        "Data;Apertura;Massimo;Minimo;Chiusura;Volume",
        "Fecha;Apertura;Máximo;Mínimo;Cierre;Volumen",
        "Datum;Openen;Hoog;Laag;Slot;Volume",
        "日付;始値;高値;安値;終値;出来高",
        "日期;开盘;最高;最低;收盘;成交量",
        "날짜;시가;고가;저가;종가;거래량",
        "Дата;Открытие;Максимум;Минимум;Закрытие;Объем",
        "Дата;Откр.;Макс.;Мин.;Цена;Объём",
        "Tarih;Açılış;Yüksek;Düşük;Şimdi;Hac.",
        "Data;Otwarcie;Max.;Min.;Ostatnio;Wol.",
        "Data;Otwarcie;Najwyzszy;Najnizszy;Zamkniecie;Wolumen",
        "Datum;Open;Hoog;Laag;Laatste;Vol.",
        "日付け;始値;高値;安値;終値;出来高",
        "日期;開盤價;最高價;最低價;收盤價;成交量",
        "date;ouv;haut;bas;clot;vol",
        "Date;Öppning;Högst;Lägst;Senast;Volym",
        "日期;開盤價;最高價;最低價;收盤價;成交股數",
    ],
)
def test_headers_are_read_in_other_languages(header: str) -> None:
    rows = "\n".join(f"2026-01-{day:02};10,5{day};11,25;10,25;10,75;1000{day}" for day in range(5, 10))
    [*_, last] = (
        read_prices(Symbol("ABC"), f"{header}\n{rows}", "ABC.csv").window(date(2026, 1, 9), 9, PriceSource("x")).bars
    )
    prices = (last.open, last.high, last.low, last.close)
    assert prices == (Decimal("10.59"), Decimal("11.25"), Decimal("10.25"), Decimal("10.75"))
    assert last.volume == 10009
