"""The data plane's thread: what ends it, and with which exit code."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from services.stage.errors import EXIT_CONFIGURATION, EXIT_FATAL, FencedError, TopicsError
from services.stage.loop import Loop, Step
from services.stage.memory import MemoryLog, memory_loop
from services.stage.plane import Command, DataPlane
from services.stage.ports import Monitor
from tests.stage.examples.passing import Work
from tests.stage.examples.stages import build


def make_log() -> MemoryLog:
    return MemoryLog({"in": 1, "out": 1, "dead": 1})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


STAGE = build("passing", ("in",), "out", "dead")


def test_it_works_until_told_to_stop_and_is_well() -> None:
    log, ends = make_log(), list[int]()
    log.append("in", b'{"key": "a"}', key="a")
    plane = DataPlane("passing", lambda: memory_loop(log, STAGE), Monitor(), ends.append)
    assert plane.health().reasons == ("starting",)
    plane.start()
    until(lambda: len(list(log.records("out"))) == 1)
    until(lambda: plane.health().reasons == ())
    plane.command(Command.PAUSE)
    until(lambda: plane.health().reasons == ("paused",))
    plane.command(Command.RESUME)
    until(lambda: plane.health().reasons == ())
    plane.stop()
    assert plane.join(10)
    assert ends == []
    assert log.members["passing"] == {}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FencedError("x"), EXIT_FATAL),
        (TopicsError("x"), EXIT_CONFIGURATION),
        (ZeroDivisionError("secret"), EXIT_FATAL),
    ],
)
def test_an_error_ends_the_process_with_its_code_and_without_its_text(
    error: Exception, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    ends = list[int]()

    def fail() -> Loop:
        raise error

    plane = DataPlane("passing", fail, Monitor(), ends.append)
    plane.start()
    until(lambda: ends == [code])
    assert "secret" not in caplog.text


def test_reload_asks_the_handler_even_when_nothing_comes() -> None:
    class Asking(Work):
        asked = 0

        def refresh(self) -> None:
            self.asked += 1

    handler = Asking("out")
    plane = DataPlane(
        "passing",
        lambda: memory_loop(make_log(), replace(STAGE, handler=handler)),
        Monitor(),
        lambda _code: None,
    )
    plane.start()
    plane.command(Command.RELOAD)
    until(lambda: handler.asked == 1)
    plane.stop()
    assert plane.join(10)


def test_a_transaction_that_never_ends_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when send_offsets_to_transaction blocks for ever (librdkafka issue 5456)."""
    monkeypatch.setattr("services.stage.plane._FINISH_SECONDS", 0.2)
    monkeypatch.setattr("services.stage.plane._OVERSEE_SECONDS", 0.05)
    log, ends = make_log(), list[int]()
    log.append("in", b'{"key": "a"}', key="a")

    def hang(step: Step) -> None:
        while step is Step.OFFSETS and not ends:
            time.sleep(0.01)

    plane = DataPlane("passing", lambda: memory_loop(log, STAGE, probe=hang), Monitor(), ends.append)
    plane.start()
    until(lambda: ends == [EXIT_FATAL])
    plane.stop()
    assert plane.join(10)
