"""Phrases of the rule-based desk: for each measure its name, and how to say it for, against, or without a side.

`{value}` is the number without its sign, `{signed}` with it; `{statement}` and `{lower}` are the evidence itself,
`{week}` to `{year}` are trading days. No phrase holds a
number that the evidence does not.
"""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Phrase:
    """The words for one measure, in variants."""

    name: str
    bull: tuple[str, ...]
    bear: tuple[str, ...]
    neutral: tuple[str, ...] = ("{statement}",)


PHRASES: Mapping[str, Phrase] = {
    "change.month": Phrase(
        "the month's move",
        ("Buyers had the month: {signed}% in {month} trading days", "The last {month} trading days brought {signed}%"),
        ("Sellers had the month: {signed}% in {month} trading days", "The last {month} trading days cost {value}%"),
    ),
    "change.quarter": Phrase(
        "the quarter's momentum",
        (
            "Momentum over the quarter is positive, {signed}% in {quarter} trading days",
            "A gain of {value}% over {quarter} trading days is more than noise for this price",
        ),
        (
            "Momentum over the quarter is negative, {signed}% in {quarter} trading days",
            "The price has given up {value}% in {quarter} trading days",
        ),
    ),
    "change.year": Phrase(
        "the year's performance",
        (
            "Over {year} trading days the price is up {value}%",
            "A year of {signed}% ({year} trading days) shows patient demand",
        ),
        (
            "Over {year} trading days the price is down {value}%",
            "Holders of a year ({year} trading days) sit on {signed}%",
        ),
        ("Over {year} trading days the price changed by {signed}%, no clear direction",),
    ),
    "sma.20": Phrase(
        "the distance to the 20-day average",
        (
            "At {value}% below its 20-day average the price is stretched to the downside, where bounces begin",
            "The fall has run ahead of itself: {value}% below the 20-day average",
        ),
        (
            "At {value}% above its 20-day average the price has run ahead of itself",
            "{value}% above the 20-day average is a poor place to start a position",
        ),
    ),
    "sma.50": Phrase(
        "the 50-day average",
        (
            "The close holds {value}% above the 50-day average",
            "The medium trend points up: {value}% above the 50-day average",
        ),
        (
            "The close has slipped {value}% below the 50-day average",
            "The medium trend points down: {value}% below the 50-day average",
        ),
    ),
    "sma.200": Phrase(
        "the 200-day trend",
        (
            "The long trend is up, with the close {value}% above the 200-day average",
            "Standing {value}% above its 200-day average, the price is in a long uptrend",
        ),
        (
            "The long trend is down, with the close {value}% below the 200-day average",
            "Trading {value}% under its 200-day average, the price is in a long downtrend",
        ),
    ),
    "sma.cross": Phrase(
        "the order of the averages",
        (
            "The 50-day average runs {value}% above the 200-day average, the order of a rising market",
            "Averages are stacked upward, the 50-day {value}% over the 200-day",
        ),
        (
            "The 50-day average runs {value}% below the 200-day average, the order of a falling market",
            "Averages are stacked downward, the 50-day {value}% under the 200-day",
        ),
    ),
    "rsi": Phrase(
        "the RSI",
        ("RSI(14) at {value} shows buyers in charge", "With RSI(14) at {value}, buyers have the upper hand"),
        ("RSI(14) at {value} shows sellers in charge", "With RSI(14) at {value}, sellers have the upper hand"),
        ("RSI(14) at {value} is in the middle of its range",),
    ),
    "rsi.extreme": Phrase(
        "the RSI",
        (
            "RSI(14) at {value} is oversold, where selling tends to tire",
            "At {value}, RSI(14) says that the sellers have overdone it",
        ),
        (
            "RSI(14) at {value} is overbought, where buying tends to tire",
            "At {value}, RSI(14) says that the buyers have overdone it",
        ),
    ),
    "macd": Phrase(
        "the MACD",
        (
            "MACD(12,26,9) is above its signal line, by {value}% of the price",
            "MACD(12,26,9) has turned up through its signal line and leads it by {value}% of the price",
        ),
        (
            "MACD(12,26,9) is below its signal line, by {value}% of the price",
            "MACD(12,26,9) has turned down through its signal line and trails it by {value}% of the price",
        ),
        ("MACD(12,26,9) is close to its signal line",),
    ),
    "bollinger": Phrase(
        "the Bollinger band",
        ("The close is outside its Bollinger band at the bottom ({signed}% of the way up), often an exhaustion",),
        ("The close is outside its Bollinger band at the top ({value}% of the way up), often an exhaustion",),
        ("The close sits at {value}% of its Bollinger band",),
    ),
    "range.high": Phrase(
        "the distance to the high",
        (
            "Only {value}% below its high, the price meets few trapped sellers",
            "Within {value}% of its high there is little supply overhead",
        ),
        (
            "{value}% below its high, every rally meets holders who want out",
            "The high is {value}% away; the market has marked this down for a reason",
        ),
        ("The high of its range is {value}% away",),
    ),
    "range.low": Phrase(
        "the distance to the low",
        ("The low of its range is {value}% away",),
        (
            "Just {value}% above its low, the floor is untested",
            "The price is {value}% from new lows, and lows attract selling",
        ),
        ("The low of its range is {value}% away",),
    ),
    "volume.up": Phrase(
        "the volume behind the moves",
        (
            "{value}% of the volume of 20 days went through on rising days: accumulation",
            "Money follows the rises: {value}% of the volume of 20 days",
        ),
        (
            "Only {value}% of the volume of 20 days went through on rising days: distribution",
            "Rises find few takers, {value}% of the volume of 20 days",
        ),
        ("Volume is split evenly, {value}% of 20 days' volume on rising days",),
    ),
    "relative": Phrase(
        "the strength against the market",
        (
            "{symbol} leads its market by {value} percentage points over {quarter} trading days",
            "Relative strength is on its side: {value} percentage points ahead of the market in {quarter} trading days",
        ),
        (
            "{symbol} trails its market by {value} percentage points over {quarter} trading days",
            "The market did better by {value} percentage points in {quarter} trading days",
        ),
        ("{symbol} moved with its market over {quarter} trading days, {value} percentage points apart",),
    ),
    "volatility": Phrase(
        "the volatility",
        ("Volatility of {value}% a year is easy to carry",),
        (
            "Volatility of {value}% a year makes any entry a coin toss in the short run",
            "At {value}% a year the swings can stop out a good idea",
        ),
        ("Volatility runs at {value}% a year, nothing out of the ordinary",),
    ),
    "volatility.trend": Phrase(
        "the change in volatility",
        (
            "The market has calmed: volatility of 20 days is down to {value}% of that of 60 days",
            "Swings are narrowing, to {value}% of their 60-day size",
        ),
        (
            "Nerves are rising: volatility of 20 days is at {value}% of that of 60 days",
            "Swings are widening, to {value}% of their 60-day size",
        ),
        ("Recent volatility is in line, {value}% of its 60-day level",),
    ),
    "drawdown.max": Phrase(
        "the depth of past falls",
        ("The deepest fall from a high was {value}%",),
        (
            "It has already shown what it can do: a fall of {value}% from a high",
            "A worker_id had to sit through a fall of {value}% from a high",
        ),
        ("The deepest fall from a high was {value}%",),
    ),
    "beta": Phrase(
        "the beta",
        ("Beta is {value}",),
        (
            "With a beta of {value} it falls harder than its market",
            "A beta of {value} multiplies whatever the market does",
        ),
        ("Beta against its market is {signed}",),
    ),
    "turnover": Phrase(
        "the liquidity",
        ("{value} million a day change hands",),
        ("Only {value} million a day change hands; leaving in a hurry will cost",),
        ("{value} million a day change hands, enough to get in and out",),
    ),
    "tone.mean": Phrase(
        "the tone of the news",
        ("Coverage reads well, at a mean tone of {signed}", "The news flow is friendly: mean tone {signed}"),
        ("Coverage reads badly, at a mean tone of {signed}", "The news flow is hostile: mean tone {signed}"),
        ("Coverage is even in tone ({signed})",),
    ),
    "tone.balance": Phrase(
        "the balance of good and bad items",
        ("Good news outnumbers bad: {lower}",),
        ("Bad news outnumbers good: {lower}",),
        ("Good and bad news cancel out: {lower}",),
    ),
    "tone.turn": Phrase(
        "the turn in tone",
        ("Sentiment is improving: {lower}",),
        ("Sentiment is souring: {lower}",),
    ),
    "headline": Phrase(
        "the headline",
        ("{source} carries good news: “{title}”", "“{title}”, writes {source}, and that helps the case for buying"),
        ("{source} carries bad news: “{title}”", "“{title}”, writes {source}, and that weighs on the price"),
        ("“{title}” ({source}) takes no side",),
    ),
}

# Why this kind of evidence should outweigh what the other side said.
REASONS: Mapping[str, tuple[str, ...]] = {
    "trend": (
        "a slow average is harder to fool than a swing of some days",
        "most of what is earned in a market is earned along its trend",
    ),
    "momentum": (
        "what has moved tends to go on moving for a while",
        "the price has been voting, and it votes with money",
    ),
    "stretch": (
        "the further a price runs ahead, the less is left for those who come late",
        "entries far from the mean need luck as well as judgement",
    ),
    "turn": ("it turns before the averages do", "it shows the change while slower measures still look back"),
    "range": (
        "where the price stands in its year decides who is under pressure",
        "the chart's edges are where plans are made",
    ),
    "volume": (
        "volume shows what large holders do, not what they say",
        "a move without volume behind it is easily undone",
    ),
    "relative": (
        "it takes the market's own tide out of the picture",
        "a rising tide proves nothing about one boat",
    ),
    "risk": (
        "being right about direction helps little when the swings throw you out first",
        "what can be lost has to be settled before what can be won",
    ),
    "market risk": (
        "it does not choose its own weather, the market does",
        "whoever owns this owns the market twice over",
    ),
    "calm": (
        "the size of the swings tells how sure the market is of itself",
        "calm and nerves both feed on themselves",
    ),
    "liquidity": ("a price one cannot sell at is not a price",),
    "tone": (
        "what is written today is what is traded tomorrow",
        "prices follow expectations, and those are set by news",
    ),
    "turn of tone": ("a change of tone matters more than its level",),
    "headlines": ("it is newer than anything the averages know", "a concrete event outweighs a pattern"),
}
