"""The text for Prometheus, read by the parser of its own client library."""

from prometheus_client.parser import text_string_to_metric_families

from tradecore_adapters.telemetry.exposition import MAX_SERIES, Counter, Gauge, Histogram, Metric, exposition


def samples(*metrics: Metric) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(exposition(metrics))
        for sample in family.samples
    }


def test_counts_and_values_come_back_whatever_labels_hold() -> None:
    counter = Counter("a_total", "A line\nand a \\ in it.", ("route", "status"))
    hostile = 'a"b\\c\nd{e="f"} 7'
    counter.add(hostile, "200")
    counter.add(hostile, "200", amount=0.25)
    gauge = Gauge("g", "Read when it is scraped.", read=lambda: {(): 1e9})
    assert samples(counter, gauge) == {("a_total", (("route", hostile), ("status", "200"))): 1.25, ("g", ()): 1e9}
    [family] = text_string_to_metric_families(exposition([counter]))
    assert (family.documentation, family.type) == ("A line\nand a \\ in it.", "counter")


def test_what_alerts_watch_is_zero_before_it_is_first_counted() -> None:
    counter = Counter("a_total", "Counted.", ("of",), [("new",), ("abandoned",)])
    counter.add("abandoned")
    assert samples(counter) == {("a_total", (("of", "new"),)): 0, ("a_total", (("of", "abandoned"),)): 1}


def test_a_histogram_counts_up_to_each_bound() -> None:
    histogram = Histogram("h", "Durations.", bounds=(0.1, 1))
    for seconds in (0.05, 0.1, 0.5, 7):
        histogram.observe(seconds=seconds)
    assert samples(histogram) == {
        ("h_bucket", (("le", "0.1"),)): 2,
        ("h_bucket", (("le", "1"),)): 3,
        ("h_bucket", (("le", "+Inf"),)): 4,
        ("h_sum", ()): 7.65,
        ("h_count", ()): 4,
    }


def test_a_metric_without_values_is_left_out_and_replaced_values_are_gone() -> None:
    gauge = Gauge("g", "Set.", ("kind",))
    assert exposition([gauge, Counter("c_total", "Never counted.")]) == ""
    gauge.replace({("old",): 1})
    gauge.replace({("new",): 2})
    assert samples(gauge) == {("g", (("kind", "new"),)): 2}


def test_sets_of_labels_beyond_the_limit_are_counted_together() -> None:
    counter, histogram = Counter("c_total", "Many.", ("a", "b")), Histogram("h", "Many.", ("a",))
    for n in range(MAX_SERIES + 50):
        counter.add(str(n), "x")
        histogram.observe(str(n), seconds=1)
    counted = samples(counter)
    assert (len(counted), counted["c_total", (("a", "other"), ("b", "other"))]) == (MAX_SERIES + 1, 50)
    assert samples(histogram)["h_count", (("a", "other"),)] == 50
