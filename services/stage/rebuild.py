"""Reads a stage's state back from its own output topic: there is no second source of truth (rule 3)."""

from collections.abc import Sequence
from typing import Any

from services.stage.dead import faults_of
from services.stage.errors import RebuildError
from services.stage.model import Record, Stage
from services.stage.ports import StateLog
from services.stage.state import fold_into


def read_back(
    stage: Stage, state_log: StateLog, partitions: Sequence[int]
) -> tuple[dict[int, dict[str, Any]], int]:
    """The state of these partitions, and how many records it was folded from.

    To be called after the committed offsets were read: the state may then be newer than the offsets,
    never older. Raises RebuildError for a record that cannot be read: a state with a hole is wrong.
    """
    if stage.state_topic is None:
        return {}, 0
    states: dict[int, dict[str, Any]] = {partition: {} for partition in partitions}
    count = 0
    for record in state_log.read(stage.state_topic, partitions):
        count += 1
        if record.value:
            _fold(stage, record, states[record.partition])
    return states, count


def _fold(stage: Stage, record: Record, rows: dict[str, Any]) -> None:
    try:
        fold_into(rows, stage.handler.fold(stage.codec.decode(record)))
    except Exception as error:
        fault = faults_of(error)[0]
        raise RebuildError(f"{stage.name}: cannot read its own {record.place}: {fault.message}") from error
