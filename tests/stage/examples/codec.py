"""JSON events `{"key": ..., ...}`: the key names the record and places it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.stage.model import Codec, Emit, Encoded, Fault, Record


@dataclass(frozen=True, slots=True)
class JsonCodec(Codec):
    dead_letter_topic: str

    def decode(self, record: Record) -> Any:
        return json.loads(record.value)

    def encode(self, emit: Emit) -> Encoded:
        key = str(emit.event["key"])
        place = str(emit.event.get("place", key))
        if emit.event.get("gone"):
            return Encoded(emit.topic, key, b"", place, {})
        return Encoded(emit.topic, key, json.dumps(emit.event, sort_keys=True).encode(), place, {})

    def dead_letter(self, record: Record, stage: str, errors: Sequence[Fault]) -> Encoded:
        letter = {
            "stage": stage,
            "errors": [[each.path, each.message, each.fix] for each in errors],
            "original": record.value.decode("latin-1"),
        }
        value = json.dumps(letter, sort_keys=True).encode()
        return Encoded(self.dead_letter_topic, record.place, value, record.place, {})
