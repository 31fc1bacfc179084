"""Make the shipped names of listed companies from the SEC's table of tickers, which is in the public domain.

Run `python tools/make_company_names.py company_tickers.json WORDS`: the table as the SEC publishes it, and a list of
English words, one a line (Debian's wamerican-small, which is made from SCOWL). It rewrites company_names.tsv and
everyday_words.txt below src/tradecore/engines/. A name in the table is what the news would write: without the legal
form, and in title case where the SEC writes capitals only.

Run `python tools/make_company_names.py --words WORDS`, with a longer list (Debian's wamerican), to rewrite
word_names.txt: the words that are also names of companies and coins in the tables that ship.
"""

import json
import re
import sys
from pathlib import Path

from tradecore.engines.desk.search_terms import all_names
from tradecore.engines.digest.lexicon import lexicon

ENGINES = Path(__file__).parents[1] / "src/tradecore/engines"
NAMES, WORDS = ENGINES / "desk/company_names.tsv", ENGINES / "digest/everyday_words.txt"
WORD_NAMES = ENGINES / "digest/word_names.txt"
# In the news they hardly ever mean anything but the coin, the commodity or the company, and some are in small letters.
NAMES_FIRST = {"bitcoin", "bitcoins", "ether", "gold", "silver", "oil", "crude", "google", "intel", "dell", "adobe"}

NOTICE = """\
# English words that are tickers or parts of company names, from SCOWL, size 35; made by tools/make_company_names.py.
# SCOWL: Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word lists,
# the associated scripts, the output created from the scripts, and its documentation for any purpose is hereby granted
# without fee, provided that the above copyright notice appears in all copies and that both that copyright notice and
# this permission notice appear in supporting documentation. Kevin Atkinson makes no representations about the
# suitability of this array for any purpose. It is provided "as is" without express or implied warranty.
"""

LEGAL = re.compile(
    r"[\s,]+(?:inc|incorporated|corp|corporation|co|company|companies|ltd|limited|plc|llc|lp|l\.?p|sa|s\.?a|nv|n\.?v|ag|se|"
    r"ab|asa|a/?s|oyj|spa|s\.?p\.?a|bhd|trust|holdings?|group|hldgs?|com|cl(?:ass)? [a-c]|adr|ads)\.?$",
    re.IGNORECASE,
)
SMALL = ("OF", "AND", "THE", "FOR", "IN", "DE")
STATE = re.compile(r"\s*[/\\][A-Za-z .&-]{1,12}[/\\]?\s*$")


def spoken(title: str) -> str:
    """A company's name as the news writes it: `SOUTHERN CO` is Southern."""
    name = STATE.sub("", title).strip(" ,.")
    while (shorter := LEGAL.sub("", name).strip(" ,.&")) != name and shorter:
        name = shorter
    if name.isupper() and len(name) > 4:
        words = (
            word.lower() if word in SMALL else word.capitalize() if len(word) > 2 else word for word in name.split()
        )
        name = " ".join(words)
    return name


def word_names(words: Path) -> None:
    """Write the words of a list that are names of companies or coins."""
    dictionary = {word for word in words.read_text().split() if word.isalpha() and word.islower()}
    names = {*all_names(), *lexicon().assets}
    listed = sorted({name.lower() for name in names} & dictionary - NAMES_FIRST)
    WORD_NAMES.write_text(
        NOTICE.replace("tickers or parts of company names, from SCOWL, size 35", "names, from SCOWL, size 60")
        + "".join(f"{word}\n" for word in listed)
    )


def main() -> None:
    """Write the files."""
    if sys.argv[1] == "--words":
        word_names(Path(sys.argv[2]))
        return
    table, dictionary = sys.argv[1:]
    rows = json.loads(Path(table).read_text()).values()
    everyday = {word.strip().lower() for word in Path(dictionary).read_text().split() if word.strip().isalpha()}
    names = {row["ticker"]: spoken(row["title"]) for row in rows}
    used = {word for name in names.values() for word in re.findall(r"[a-z]+", name.lower())} | set(
        map(str.lower, names)
    )
    NAMES.write_text(
        "# Source: company_tickers.json of the SEC (public domain); made by tools/make_company_names.py\n"
        + "".join(f"{ticker}\t{name}\n" for ticker, name in sorted(names.items()))
    )
    WORDS.write_text(NOTICE + "".join(f"{word}\n" for word in sorted(used & everyday)))


if __name__ == "__main__":
    main()
