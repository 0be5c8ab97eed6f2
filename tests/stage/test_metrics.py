"""What Prometheus is told."""

from prometheus_client import CollectorRegistry

from services.stage.metrics import Metrics


def test_everything_the_loop_says_is_counted() -> None:
    registry = CollectorRegistry()
    metrics = Metrics("coder", registry)
    metrics.committed(10, 12, 2, 0.03)
    metrics.handled([0.002, 0.002, 7.0])
    metrics.aborted()
    metrics.rebuilt(100, 0.5)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"claimstream_stage_{name}", {"stage": "coder", **labels})

    assert value("records_total", direction="in") == 10
    assert value("records_total", direction="out") == 10
    assert value("records_total", direction="dead") == 2
    assert value("transaction_seconds_bucket", le="0.05") == 1
    assert value("handling_seconds_bucket", le="0.001") == 0
    assert value("handling_seconds_bucket", le="0.005") == 2
    assert value("handling_seconds_bucket", le="+Inf") == value("handling_seconds_count") == 3
    assert value("aborts_total") == 1
    assert (value("rebuild_seconds"), value("rebuild_records_total")) == (0.5, 100)


def test_a_partition_that_is_gone_shows_no_last_value() -> None:
    registry = CollectorRegistry()
    metrics = Metrics("coder", registry)
    for lags, sizes in (({("in", 0): 5, ("in", 1): 6}, {0: 1, 1: 2}), ({("in", 1): 7}, {1: 3})):
        metrics.lag(lags)
        metrics.owned(sizes)
    found = {
        (sample.name, sample.labels["partition"]): sample.value
        for family in registry.collect()
        for sample in family.samples
        if "partition" in sample.labels
    }
    assert found == {("claimstream_stage_lag_records", "1"): 7, ("claimstream_stage_state_keys", "1"): 3}
