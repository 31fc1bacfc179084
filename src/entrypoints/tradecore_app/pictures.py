"""Pictures: lines over days as SVG text, coloured by the page they stand on."""

from collections.abc import Sequence
from datetime import date
from html import escape
from math import ceil, floor, log10

from attrs import frozen

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 56, 12, 10, 24
# More points than pixels are not visible.
_MAX_POINTS = 900


@frozen
class Line:
    """One line: a value for each day, and the CSS class that gives its colour."""

    name: str
    style: str
    values: Sequence[float]


@frozen
class Mark:
    """A line of the grid and its label."""

    value: float
    label: str


def chart(
    days: Sequence[date], lines: Sequence[Line], marks: Sequence[Mark], *, height: int, title: str, fill: bool = False
) -> str:
    """Lines over the same days on a grid of at least two marks that enclose them.

    `fill` shades what lies between the first line and zero.
    """
    low, high = marks[0].value, marks[-1].value

    def x(place: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / max(1, len(days) - 1)

    def y(value: float) -> float:
        return _TOP + (height - _TOP - _BOTTOM) * (high - value) / (high - low)

    name = escape(title)
    drawn = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{name}"><title>{name}</title>']
    for mark in marks:
        style = "zero" if mark.value == 0 else "grid"
        drawn.append(f'<path class="{style}" d="M{_LEFT} {y(mark.value):.1f}H{_WIDTH - _RIGHT}"/>')
        drawn.append(f'<text class="end" x="{_LEFT - 6}" y="{y(mark.value) + 4:.1f}">{mark.label}</text>')
    for place, label in calendar_marks(days):
        drawn.append(f'<path class="grid" d="M{x(place):.1f} {_TOP}V{height - _BOTTOM}"/>')
        drawn.append(f'<text class="middle" x="{x(place):.1f}" y="{height - 6}">{label}</text>')
    step = max(1, len(days) // _MAX_POINTS)
    places = sorted({*range(0, len(days), step), len(days) - 1})
    for number, line in enumerate(lines):
        points = " ".join(f"{x(place):.1f},{y(line.values[place]):.1f}" for place in places)
        if fill and number == 0:
            around = f"{x(0):.1f},{y(0):.1f} {points} {x(len(days) - 1):.1f},{y(0):.1f}"
            drawn.append(f'<polygon class="{line.style} fill" points="{around}"/>')
        drawn.append(f'<polyline class="{line.style}" points="{points}"><title>{escape(line.name)}</title></polyline>')
    return "".join((*drawn, "</svg>"))


def percent_marks(low: float, high: float) -> list[Mark]:
    """Round percentages that enclose a range and zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    span = max(high - low, 0.1)
    magnitude = 10.0 ** floor(log10(span / 5))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if span / (factor * magnitude) <= 6)
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    digits = max(0, -floor(log10(step)))
    return [Mark(step * place, f"{step * place:,.{digits}f} %") for place in range(first, last + 1)]


def factor_marks(low: float, high: float) -> list[Mark]:
    """Round factors, at their logarithms, that enclose a range of factors above zero and lie within one step of it."""
    known = [factor * 10.0**power for power in range(-6, 7) for factor in (1, 2, 5)]
    if high / low < 4:
        known = [1.1**power for power in range(-200, 201)]
    below = max(factor for factor in known if factor <= low)
    above = min(factor for factor in known if factor >= high)
    inside = [factor for factor in known if below <= factor <= above]
    return [Mark(log10(factor), f"× {factor:,.3g}") for factor in (inside if len(inside) > 1 else [below, above * 1.1])]


def calendar_marks(days: Sequence[date]) -> list[tuple[int, str]]:
    """Where on the axis a year, or of a shorter run a month, begins; at most twelve of them."""
    years = days[-1].year - days[0].year
    form = "%Y" if years >= 3 else "%b %Y"
    begins = [
        place
        for place in range(1, len(days))
        if (days[place].year, days[place].month if years < 3 else 0)
        != (days[place - 1].year, days[place - 1].month if years < 3 else 0)
    ]
    step = max(1, ceil(len(begins) / 12))
    return [(place, f"{days[place]:{form}}") for place in begins[::step]]
