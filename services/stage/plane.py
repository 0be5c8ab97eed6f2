"""The data plane as a thread: opens the loop, turns it until told to stop, ends the process if it must."""

import gc
import os
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from logging import getLogger, shutdown
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep
from typing import Final

from services.stage.errors import EXIT_CONFIGURATION, EXIT_FATAL, ConfigurationError, StageError
from services.stage.health import PATIENCE_SECONDS, Sample, Verdict, judge
from services.stage.loop import Loop
from services.stage.ports import Monitor

log = getLogger(__name__)

_POLL_SECONDS: Final = 0.1
_SAMPLE_SECONDS: Final = 1.0
_OVERSEE_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 20.0
_FINISH_SECONDS: Final = 20.0
"""transaction.timeout.ms and the broker's interval of looking for timed-out ones: by then it is aborted."""

_CONTROL_PLANE_SECONDS: Final = 3.0


class Command(StrEnum):
    """What the control plane may ask for."""

    PAUSE = "pause"
    RESUME = "resume"
    RELOAD = "reload"


class DataPlane:
    """One stage's loop in a thread of its own."""

    def __init__(
        self,
        name: str,
        make_loop: Callable[[], Loop],
        monitor: Monitor,
        end: Callable[[int], None] = os._exit,
    ) -> None:
        """`make_loop` is called in the thread; `end` ends the process with an exit code."""
        self.name = name
        self._make_loop, self._monitor, self._end = make_loop, monitor, end
        self._stop = Event()
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._samples: deque[Sample] = deque(maxlen=int(2 * PATIENCE_SECONDS / _SAMPLE_SECONDS))
        self._paused = False
        self._loop: Loop | None = None
        self._started = monotonic()
        self._thread: Thread | None = None
        self._watchdog: Thread | None = None

    def start(self) -> None:
        """Start the thread, once."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name=f"{self.name}-data-plane", daemon=True)
            self._thread.start()
            Thread(target=self._oversee, name=f"{self.name}-overseer", daemon=True).start()

    def command(self, command: Command) -> None:
        """To be carried out between two transactions."""
        self._commands.put(command)

    def stop(self) -> None:
        """Ask the loop to end after the transaction under way. Returns at once; safe in a signal handler."""
        self._stop.set()

    def join(self, timeout: float) -> bool:
        """Wait for the end; whether it came."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def terminate(self) -> None:
        """Stop, and see to it that the process ends even if the control plane does not (rule 10)."""
        self.stop()
        if self._watchdog is None:
            self._watchdog = Thread(target=self._watch, name=f"{self.name}-watchdog", daemon=True)
            self._watchdog.start()

    def health(self) -> Verdict:
        """Well or not, now. Reading the state back ends the process by itself when it is stuck."""
        if self._loop is not None and self._loop.restoring:
            return Verdict(well=True, reasons=("reading the state back",))
        return judge(tuple(self._samples), monotonic(), self._started)

    def _run(self) -> None:
        try:
            loop = self._loop = self._make_loop()
            try:
                self._turn(loop)
            finally:
                loop.close()
        except ConfigurationError as error:
            self._fail(str(error), EXIT_CONFIGURATION)
        except StageError as error:
            self._fail(f"{type(error).__name__}: {error}", EXIT_FATAL)
        except BaseException as error:
            # not its text: it may quote a record
            log.critical("%s", self.name, exc_info=(type(error), type(error)(), error.__traceback__))
            self._fail(type(error).__name__, EXIT_FATAL)

    def _turn(self, loop: Loop) -> None:
        loop.open()
        # what was loaded to start with stays for good: the collector need not walk it again and again
        gc.collect()
        gc.freeze()
        sampled = 0.0
        while not self._stop.is_set():
            self._obey(loop)
            loop.turn(_POLL_SECONDS)
            now = monotonic()
            if now - sampled >= _SAMPLE_SECONDS:
                sampled = now
                self._sample(loop, now)

    def _obey(self, loop: Loop) -> None:
        try:
            command = self._commands.get_nowait()
        except Empty:
            return
        log.info("%s: %s", self.name, command)
        if command is Command.RELOAD:
            loop.stage.handler.refresh()
        elif command is Command.PAUSE:
            loop.pause()
        else:
            loop.resume()
        self._paused = command is Command.PAUSE or (self._paused and command is Command.RELOAD)

    def _sample(self, loop: Loop, now: float) -> None:
        lags = loop.lags()
        self._monitor.lag(lags)
        self._samples.append(Sample(now, loop.done, sum(lags.values()), len(lags), self._paused))

    def _oversee(self) -> None:
        """End the process when a call into librdkafka does not come back.

        send_offsets_to_transaction can block for ever, whatever its timeout, when the group's coordinator
        goes away under it (librdkafka issues 5456 and 5511, open at 2.16).
        """
        while not self.join(_OVERSEE_SECONDS):
            since = self._loop.finishing_since if self._loop is not None else None
            if since is not None and monotonic() - since > _FINISH_SECONDS:
                self._fail(f"a transaction did not end within {_FINISH_SECONDS:.0f} s", EXIT_FATAL)
                return

    def _fail(self, reason: str, code: int) -> None:
        log.critical("%s ends with exit code %d: %s", self.name, code, reason)
        shutdown()
        self._end(code)

    def _watch(self) -> None:
        ended = self.join(_STOP_SECONDS)
        sleep(_CONTROL_PLANE_SECONDS)
        log.warning("%s: the control plane did not end by itself", self.name)
        self._end(0 if ended else EXIT_FATAL)
