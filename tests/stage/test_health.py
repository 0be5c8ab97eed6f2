"""Red when the loop hangs, or when records wait and none is done; and at no other time."""

from hypothesis import given
from hypothesis import strategies as st

from services.stage.health import Sample, Verdict, judge


def samples(
    seconds: int, *, done: int = 0, rate: int = 0, behind: int = 0, paused: bool = False
) -> list[Sample]:
    return [Sample(float(s), done + rate * s, behind, 4, paused) for s in range(seconds)]


def test_starting_is_well_for_a_while() -> None:
    assert judge([], 29.0, 0.0) == Verdict(well=True, reasons=("starting",))
    assert judge([], 31.0, 0.0) == Verdict(well=False, reasons=("not started after 31 s",))


def test_a_loop_that_does_not_turn_is_red() -> None:
    assert judge(samples(10), 38.0, 0.0).well
    assert judge(samples(10), 39.0, 0.0) == Verdict(well=False, reasons=("the loop has not turned for 30 s",))


def test_records_that_wait_while_none_is_done_are_red() -> None:
    verdict = judge(samples(40, behind=100), 40.0, 0.0)
    assert verdict == Verdict(well=False, reasons=("no record committed for 40 s while 100 offsets wait",))


def test_progress_with_a_growing_backlog_is_well() -> None:
    assert judge(samples(60, rate=1, behind=1_000_000), 60.0, 0.0) == Verdict(well=True)


@given(st.integers(min_value=0, max_value=4))
def test_an_idle_stage_with_one_end_marker_for_each_partition_is_well(behind: int) -> None:
    assert judge(samples(300, done=7, behind=behind), 300.0, 0.0) == Verdict(well=True)


def test_paused_is_well_and_resuming_starts_the_clock_anew() -> None:
    assert judge(samples(60, behind=100, paused=True), 60.0, 0.0) == Verdict(well=True, reasons=("paused",))
    resumed = [*samples(60, behind=100, paused=True), Sample(60.0, 0, 100, 4), Sample(61.0, 0, 100, 4)]
    assert judge(resumed, 62.0, 0.0) == Verdict(well=True)


def test_a_backlog_that_was_worked_off_in_between_is_well() -> None:
    bursts = [Sample(float(s), 0, 100 if s % 20 else 0, 4) for s in range(100)]
    assert judge(bursts, 100.0, 0.0).well
