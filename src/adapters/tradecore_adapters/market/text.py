"""The text of a price file, whatever encoding it was saved in."""

import codecs
import re

from tradecore.model.errors import Invalid

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
)
# A byte order mark of UTF-8 that was read as Windows-1252 and saved so.
_MARK_READ_WRONGLY = "\u00ef\u00bb\u00bf"
_ONE_CELL = re.compile(r'"(?:[^"]|"")*[,;\t](?:[^"]|"")*"')
# A word of a header, mostly that for a date, tells the encodings that spreadsheets still write in these languages.
_NATIVE = (
    ("日付".encode("cp932"), "cp932"),
    ("날짜".encode("cp949"), "cp949"),
    ("日期".encode("gb18030"), "gb18030"),
    ("日期".encode("big5"), "big5"),
    ("Дата".encode("cp1251"), "cp1251"),
    (b"Tarih", "cp1254"),
    (b"Otwarcie", "cp1250"),
)


def decoded(content: bytes, where: str) -> str:
    """The text of a file: UTF-8, UTF-16 or UTF-32 with or without a byte order mark, otherwise Windows-1252.

    Where the header says so, an encoding of the language takes the place of Windows-1252.
    Line ends become `\\n`, and what spreadsheets put around cells and whole lines goes. Raises Invalid, naming `where`,
    for files that are no text at all.
    """
    kind = next((kind for mark, kind in _OTHER_KINDS if content.startswith(mark)), None)
    if kind is not None:
        raise Invalid.one("symbol", f"{where} is {kind}, not a CSV file; save or unpack it as CSV.")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _without_mark(content)
    try:
        text = content.decode(encoding) if encoding else _eight_bits(content)
    except UnicodeDecodeError as error:
        raise Invalid.one("symbol", f"{where} begins like {encoding} text but is not; save it as UTF-8.") from error
    if "\x00" in text:
        raise Invalid.one("symbol", f"{where} is not a text file; it has zero bytes in it.")
    text = text.removeprefix(_MARK_READ_WRONGLY).lstrip("\ufeff").rstrip("\x1a")
    return _without_covers(text.replace("\r\n", "\n").replace("\r", "\n"))


def _without_covers(text: str) -> str:
    """The text without what spreadsheets put around cells and lines to keep them as they are."""
    if '="' in text:
        text = re.sub(r'"=""([^"\n]*)"""|="([^"\n]*)"', lambda cell: f'"{cell[1] or cell[2] or ""}"', text)
    lines = [line for line in text.split("\n") if line.strip()]
    # A table with commas that was saved where ';' is the delimiter has each line in one cell.
    if lines and all(_ONE_CELL.fullmatch(line.strip()) for line in lines):
        text = "\n".join(line.strip()[1:-1].replace('""', '"') for line in lines) + "\n"
    return text


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without a mark is known by the zero byte in every character of a table."""
    head = content[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 3 and not even:
        return "utf-16-le"
    if even > len(head) // 3 and not odd:
        return "utf-16-be"
    return None


def _eight_bits(content: bytes) -> str:
    native = [encoding for word, encoding in _NATIVE if word in content[:2000]]
    for encoding in ("utf-8", *native, "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
