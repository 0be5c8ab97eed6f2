"""The stage's codec: records of our topics to events and back, with their keys."""

import os
from collections.abc import Sequence
from typing import Any, Final

from services.contracts.base import Contract
from services.contracts.dead_letter import DeadLetter, LocatedError
from services.contracts.events import DEAD_LETTERS, FOREIGN, event_type
from services.contracts.wire import Registry, TopicWire, topic_wire
from services.stage.model import Emit, Encoded, Fault, Record

MAX_ORIGINAL: Final = 16 * 1024 * 1024
"""Bytes of the original that a dead letter keeps: the limit of `ehr-inbound`."""


class EventCodec:
    """Avro events of the topic table; what others send is passed through as their own bytes."""

    def __init__(self, registry: Registry | None = None) -> None:
        """With a registry the Confluent wire format is written, else single-object encoding."""
        self._registry = registry
        self._wires: dict[str, TopicWire] = {}

    @classmethod
    def from_environment(cls) -> "EventCodec":
        """With `SCHEMA_REGISTRY_URL` set, behind that registry."""
        url = os.environ.get("SCHEMA_REGISTRY_URL", "")
        if not url:
            return cls()
        from services.contracts.registry import ConfluentRegistry  # noqa: PLC0415 (its client is slow to import)

        return cls(ConfluentRegistry(url))

    def wire(self, topic: str) -> TopicWire:
        """The topic's wire, made once."""
        if topic not in self._wires:
            plain = self._registry is None
            self._wires[topic] = topic_wire(topic) if plain else TopicWire(topic, self._registry)
        return self._wires[topic]

    def decode(self, record: Record) -> Any:  # noqa: ANN401 (the topic decides)
        """The record's event; raises `ContractError`."""
        if record.topic in FOREIGN:
            return record.value
        return self.wire(record.topic).decode(record.value)

    def encode(self, emit: Emit) -> Encoded:
        """The event's record: key, bytes, and the key that its partition follows."""
        event: Contract = emit.event
        kind = event_type(emit.topic)
        return Encoded(
            topic=emit.topic,
            key=kind.key(event),
            value=self.wire(emit.topic).encode(event),
            partition_key=kind.partition_key(event),
            headers={},
        )

    def dead_letter(self, record: Record, stage: str, errors: Sequence[Fault]) -> Encoded:
        """The record as a dead letter: its bytes, where it stood, and every error."""
        letter = DeadLetter(
            letter_id=f"{record.topic}/{record.partition}/{record.offset}",
            stage=stage,
            source_topic=record.topic,
            source_partition=record.partition,
            source_offset=record.offset,
            source_key=(record.key or b"").decode(errors="replace"),
            source_headers={name: value.decode(errors="replace") for name, value in record.headers.items()},
            errors=tuple(LocatedError(path=e.path, message=e.message, fix=e.fix) for e in errors),
            original=record.value[:MAX_ORIGINAL],
            original_size=len(record.value),
            truncated=len(record.value) > MAX_ORIGINAL,
            **self._about(record),
        )
        return self.encode(Emit(DEAD_LETTERS, letter))

    def _about(self, record: Record) -> dict[str, Any]:
        """Whose encounter it was and its dollars, where the record can still be read."""
        try:
            event = self.decode(record)
        except Exception:  # noqa: BLE001 (unreadable is what made it a dead letter)
            return {}
        chain = _within(event)
        facts = next((each for each in chain if hasattr(each, "patient")), None)
        if facts is None:
            return {}
        return {
            "encounter_id": facts.encounter_id,
            "patient_key": facts.patient.patient_key,
            "charged": next(each.charged for each in chain if hasattr(each, "charged")),
        }


def _within(event: Any) -> list[Any]:  # noqa: ANN401 (any event)
    """The event and the events it wraps: a validated encounter holds a coded one, which holds the facts."""
    chain = [event]
    for name in ("coded", "encounter"):
        if hasattr(chain[-1], name):
            chain.append(getattr(chain[-1], name))
    return chain
