"""An engine in one file, with the standard library only: it follows the trend of the last 50 days, and the news.

Try it by hand: TRADECORE_COMMAND_ENGINES="trend=python3 $PWD/trend.py" tradecore analyze NVDA --engine trend
"""

import json
import sys

BULLISH = ("beats", "record", "raises", "upgrade", "surge", "growth")
BEARISH = ("misses", "cuts", "lawsuit", "downgrade", "probe", "recall")


def say(kind: str, **fields: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps({"type": kind, **fields}) + "\n")
    sys.stdout.flush()


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def read_prices(task: dict) -> float:
    """The trend: how far the mean of 10 closes lies above that of 50, from -1 to +1."""
    closes = [bar["close"] for bar in task["prices"]["bars"]]
    trend = mean(closes[-10:]) / mean(closes[-50:]) - 1
    score = max(-1.0, min(1.0, trend * 10))
    close = next((row["id"] for row in task["evidence"] if row["measure"] == "close"), None)
    direction = "above" if trend > 0 else "below"
    say(
        "report",
        analyst="technical",
        score=round(score, 2),
        text=f"# Trend\n\nThe mean of 10 closes lies {abs(trend):.1%} {direction} that of 50.",
        points=[{"text": f"The short mean lies {direction} the long one.", "cites": [close] if close else []}],
    )
    return score


def read_news(task: dict) -> tuple[float, list[str]]:
    """The balance of words in the headlines, from -1 to +1, and the ids of those that counted."""
    balance, cites = 0, []
    for row in task["news"]:
        words = row["statement"].lower()
        tone = any(word in words for word in BULLISH) - any(word in words for word in BEARISH)
        if tone:
            balance += tone
            cites.append(row["id"])
    score = balance / len(cites) if cites else 0.0
    say("report", analyst="news", score=round(score, 2), text=f"# News\n\n{len(cites)} headlines have a tone.")
    return score, cites


def main() -> None:
    task = json.loads(sys.stdin.readline())
    trend, tone, cites = 0.0, 0.0, []
    if "technical" in task["analysts"]:
        say("progress", agent="technical")
        trend = read_prices(task)
    if "news" in task["analysts"]:
        say("progress", agent="news")
        tone, cites = read_news(task)
    view = 0.7 * trend + 0.3 * tone
    action = "BUY" if view > 0.15 else "SELL" if view < -0.15 else "HOLD"
    say(
        "decision",
        action=action,
        confidence=round(5 + 4 * min(1.0, abs(view)), 1),
        reasoning=f"Trend and news weigh {view:+.2f} of one.",
        cites=cites[:5],
    )


if __name__ == "__main__":
    main()
