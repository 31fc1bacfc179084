"""Counters, gauges and histograms in memory, and their text for Prometheus (version 0.0.4 of its format).

A value is changed on an event loop and read by a scrape. Two loops in one process may lose an increment to each other,
once in many millions, which no rate shows; nothing is locked for that.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from attrs import define, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MAX_SERIES = 1000
"""The most sets of labels of one metric. Further ones are counted together, with every label being `other`."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)

Labels = tuple[str, ...]


class Metric(Protocol):
    """What is scraped under one name."""

    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def labels(self) -> Labels: ...
    @property
    def kind(self) -> str:
        """`counter`, `gauge` or `histogram`."""
        ...

    def samples(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The suffix of the name, the labels and the value of each sample."""
        ...


@define(eq=False)
class Counter:
    """Counts what happened since the process started. Its name ends in `_total`.

    The sets of labels in `initial` are 0 from the start. Prometheus counts no increase to the first value that it sees,
    so that an alert on a set that appeared with its first count would miss that count.
    """

    name: str
    help: str
    labels: Labels = ()
    initial: Iterable[Labels] = ()
    kind: str = field(default="counter", init=False)
    _values: dict[Labels, float] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._values = dict.fromkeys(self.initial, 0)

    def add(self, *labels: str, amount: float = 1) -> None:
        """Count once more, or by an amount, for the values of the labels in their order."""
        key = bounded(self._values, labels)
        self._values[key] = self._values.get(key, 0) + amount

    def samples(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """One sample for each set of labels."""
        for labels, value in list(self._values.items()):
            yield "", dict(zip(self.labels, labels, strict=True)), value


@define(eq=False)
class Gauge:
    """Values as of the scrape: those that were set last, or those that `read` gives then."""

    name: str
    help: str
    labels: Labels = ()
    read: Callable[[], Mapping[Labels, float]] | None = None
    # `counter` for what the system counts by itself.
    kind: str = "gauge"
    _values: Mapping[Labels, float] = field(factory=dict, init=False)

    def replace(self, values: Mapping[Labels, float]) -> None:
        """Set the values by their labels, in place of all earlier ones."""
        self._values = values

    def samples(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """One sample for each set of labels."""
        for labels, value in (self._values if self.read is None else self.read()).items():
            yield "", dict(zip(self.labels, labels, strict=True)), value


@define(eq=False)
class Histogram:
    """How long something took, in seconds: a count for each upper bound, and the sum."""

    name: str
    help: str
    labels: Labels = ()
    bounds: Sequence[float] = _SECONDS
    kind: str = field(default="histogram", init=False)
    # The counts between the bounds, and the sum.
    _values: dict[Labels, tuple[list[int], list[float]]] = field(factory=dict, init=False)

    def observe(self, *labels: str, seconds: float) -> None:
        """Add one duration for the values of the labels in their order."""
        values = self._values.get(labels)
        if values is None:
            key = bounded(self._values, labels)
            values = self._values.setdefault(key, ([0] * (len(self.bounds) + 1), [0.0]))
        values[0][bisect_left(self.bounds, seconds)] += 1
        values[1][0] += seconds

    def samples(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The counts up to each bound, the sum and the count, for each set of labels."""
        for values_of_labels, (counts, [total]) in list(self._values.items()):
            labels = dict(zip(self.labels, values_of_labels, strict=True))
            count = 0
            for bound, number in zip((*map(_text, self.bounds), "+Inf"), counts, strict=True):
                count += number
                yield "_bucket", {**labels, "le": bound}, count
            yield "_sum", labels, total
            yield "_count", labels, count


def bounded(values: Mapping[Labels, object], labels: Labels) -> Labels:
    """The labels, or those of everything else where a metric has as many sets of labels as it may have."""
    return labels if labels in values or len(values) < MAX_SERIES else ("other",) * len(labels)


def exposition(metrics: Iterable[Metric]) -> str:
    """The text that Prometheus scrapes: help, type and samples of each metric that has any."""
    lines = []
    for metric in metrics:
        samples = [
            f"{metric.name}{suffix}{_label_text(labels)} {_text(value)}" for suffix, labels, value in metric.samples()
        ]
        if samples:
            help_text = metric.help.replace("\\", "\\\\").replace("\n", "\\n")
            lines += [f"# HELP {metric.name} {help_text}", f"# TYPE {metric.name} {metric.kind}", *samples]
    return "\n".join((*lines, ""))


def _label_text(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _text(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
