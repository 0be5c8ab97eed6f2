"""Turns a record that could not be handled into a dead letter."""

from dataclasses import replace
from pathlib import PurePath
from traceback import extract_tb
from typing import Final

from services.stage.errors import FatalError
from services.stage.model import Encoded, Fault, Record, Stage
from services.stage.ports import Layout
from services.stage.size import wire_size

_FRAMES: Final = 3
_FAULTS_WHEN_TIGHT: Final = 50


def faults_of(error: Exception) -> tuple[Fault, ...]:
    """What a dead letter says of an exception.

    `Rejected`, and any other exception with `faults`, speaks for itself. Of everything else only the
    class and the place in the code are told: the message of a foreign exception may quote the record.
    """
    faults = getattr(error, "faults", None)
    if isinstance(faults, tuple) and faults and all(isinstance(fault, Fault) for fault in faults):
        return faults
    frames = extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return (Fault("", f"{type(error).__name__} at {where}", "replay the record once the cause is mended"),)


def dead_letter(stage: Stage, record: Record, faults: tuple[Fault, ...], layout: Layout) -> Encoded:
    """The dead letter, made to fit its topic: without the original bytes where they are too many.

    Raises FatalError when the codec cannot make one: to drop the record would be to lose it.
    """
    limit = layout.limits[stage.dead_letter_topic]
    try:
        whole = stage.codec.dead_letter(record, stage.name, faults)
        if _size(whole, record) <= limit:
            return whole
        left_out = Fault(
            "",
            f"the original of {len(record.value)} bytes is left out: this would exceed {limit} bytes",
            f"read it at {record.place}, or raise max.message.bytes of {stage.dead_letter_topic}",
        )
        # replace() would carry the headers along, and they too may be what is too large
        bare = replace(record, value=b"", headers={})
        return stage.codec.dead_letter(bare, stage.name, (left_out, *faults[:_FAULTS_WHEN_TIGHT]))
    except Exception as error:
        message = f"{stage.name}: no dead letter can be made of {record.place}: {faults_of(error)[0].message}"
        raise FatalError(message) from error


def _size(encoded: Encoded, record: Record) -> int:
    headers = {**record.headers, **encoded.headers}
    return wire_size(encoded.key, encoded.value, headers)
