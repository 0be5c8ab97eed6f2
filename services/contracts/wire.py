"""Events as bytes: Avro single-object encoding, or the Confluent wire format behind a schema registry.

Single-object encoding (Avro 1.12 specification): `C3 01`, the CRC-64-AVRO fingerprint of the writer's
schema (8 bytes, little-endian), the body. A reader that meets an older published fingerprint resolves it
into today's contract; an unknown one is an error that names it.
"""

import json
import struct
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Protocol
from zlib import compress, decompress

import fastavro
from fastavro.schema import fingerprint, to_parsing_canonical_form
from pydantic import ValidationError

from services.contracts.avro_schema import avro_schema
from services.contracts.base import Contract
from services.contracts.errors import InvalidEvent, NotAnEvent, UnknownFingerprint
from services.contracts.events import event_type
from services.contracts.resources import folder

MARKER: Final = b"\xc3\x01"
MAGIC: Final = b"\x00"
HEADER_LENGTH: Final = 10


class Registry(Protocol):
    """The part of a schema registry that the Confluent wire format needs."""

    def schema_id(self, topic: str, schema: str) -> int:
        """The id of `schema` under the topic's value subject; registers it where it is new."""
        ...

    def schema(self, schema_id: int) -> str:
        """The schema of that id, as JSON."""
        ...


def crc64(schema: dict[str, Any]) -> bytes:
    """The schema's CRC-64-AVRO fingerprint as it stands in the single-object header."""
    return bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))


class TopicWire:
    """Encodes and decodes the events of one topic."""

    def __init__(self, topic: str, registry: Registry | None = None) -> None:
        """Prepare the topic's contract; raises `UnknownTopic`."""
        self.topic = topic
        self.model = event_type(topic).model
        self._registry = registry
        raw = avro_schema(self.model)
        self._schema = fastavro.parse_schema(raw)
        self._header = MARKER + crc64(raw)
        if registry is not None:
            self._header = MAGIC + struct.pack(">I", registry.schema_id(topic, json.dumps(raw)))
        self._writers = {crc64(raw): self._schema} | {
            crc64(old): fastavro.parse_schema(old) for old in published(topic)
        }
        self._by_id: dict[int, Any] = {}
        self._last: tuple[Contract, bytes] | None = None

    def encode(self, event: Contract) -> bytes:
        """The event's bytes; the same event gives the same bytes.

        The last event's are kept: what a stage emits it often also remembers packed.
        """
        if self._last is None or self._last[0] is not event:
            self._last = (event, self._encoded(event))
        return self._last[1]

    def _encoded(self, event: Contract) -> bytes:
        out = BytesIO()
        out.write(self._header)
        fields = event.model_dump(warnings=False)  # the reader validates: a wrong type is told there
        fastavro.schemaless_writer(out, self._schema, fields, disable_tuple_notation=True)
        return out.getvalue()

    def decode(self, value: bytes) -> Contract:
        """The event; raises `NotAnEvent`, `UnknownFingerprint` or `InvalidEvent`."""
        body, writer = self._writer_of(value)
        try:
            reader = None if writer is self._schema else self._schema  # resolving costs time
            record = fastavro.schemaless_reader(body, writer, reader)
        except (EOFError, IndexError, ValueError, StopIteration, OverflowError) as error:
            raise NotAnEvent(f"{self.topic}: the Avro body cannot be read ({type(error).__name__})") from None
        try:
            return self.model.model_validate(record)
        except ValidationError as error:
            places = tuple(
                (".".join(map(str, e["loc"])), e["msg"]) for e in error.errors(include_input=False)
            )
            raise InvalidEvent(self.model.__name__, places) from None

    def _writer_of(self, value: bytes) -> tuple[BytesIO, Any]:
        if value[:2] == MARKER and len(value) >= HEADER_LENGTH:
            mark = value[2:HEADER_LENGTH]
            if mark not in self._writers:
                known = ", ".join(sorted(each.hex() for each in self._writers))
                raise UnknownFingerprint(
                    f"{self.topic}: schema fingerprint {mark.hex()} is not published; known: {known}"
                )
            return BytesIO(value[HEADER_LENGTH:]), self._writers[mark]
        if value[:1] == MAGIC and len(value) >= 5 and self._registry is not None:  # noqa: PLR2004 (magic and id)
            return BytesIO(value[5:]), self._registered(struct.unpack(">I", value[1:5])[0])
        raise NotAnEvent(f"{self.topic}: the value does not begin with the Avro single-object marker C3 01")

    def _registered(self, schema_id: int) -> Any:  # noqa: ANN401 (fastavro's parsed schema)
        if schema_id not in self._by_id:
            assert self._registry is not None  # noqa: S101 (for the type checker; the caller looked)
            self._by_id[schema_id] = fastavro.parse_schema(json.loads(self._registry.schema(schema_id)))
        return self._by_id[schema_id]


@cache
def topic_wire(topic: str) -> TopicWire:
    """The topic's wire without a registry, made once in a process."""
    return TopicWire(topic)


def packed(topic: str, event: Contract) -> bytes:
    """An event as a state keeps it: encoded and compressed, a few times smaller than the object."""
    return compress(topic_wire(topic).encode(event), 1)


def unpacked(topic: str, value: bytes) -> Contract:
    """The event that was packed."""
    return topic_wire(topic).decode(decompress(value))


@cache
def published(topic: str) -> tuple[dict[str, Any], ...]:
    """Every published version of the topic's schema, by file name."""
    files: list[Path] = sorted(folder("schemas").glob(f"history/{topic}/*.avsc"))
    return tuple(json.loads(file.read_text()) for file in files)
