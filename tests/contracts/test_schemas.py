"""The published schemas and the models say the same, judged by a reading of both that shares no code."""

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import avro.schema
import fastavro
import pytest
from fastavro.utils import generate_one
from pydantic import AwareDatetime

from services.contracts.base import Contract, DecimalType
from services.contracts.events import EVENT_TYPES
from services.contracts.resources import folder
from services.contracts.wire import TopicWire, crc64

TOPICS = sorted(EVENT_TYPES)
SIMPLE = {bool: "boolean", int: "long", float: "double", str: "string", bytes: "bytes"}


def load(name: str) -> dict[str, Any]:
    """A published schema."""
    schema: dict[str, Any] = json.loads((folder("schemas") / name).read_text())
    return schema


def disagreements(
    schema: Any, annotation: Any, metadata: list[Any], path: str, seen: dict[str, Any]
) -> list[str]:
    """Every place where an Avro type and an annotation differ."""
    if hasattr(annotation, "__metadata__"):
        inner, *extra = get_args(annotation)
        return disagreements(schema, inner, [*extra, *metadata], path, seen)
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        (inner,) = (arm for arm in get_args(annotation) if arm is not NoneType)
        if not (isinstance(schema, list) and schema[0] == "null"):
            return [f"{path}: optional in the model, not in the schema"]
        return disagreements(schema[1], inner, metadata, path, seen)
    if origin is tuple:
        found = [] if schema["type"] == "array" else [f"{path}: not an array"]
        return found + disagreements(schema["items"], get_args(annotation)[0], [], f"{path}[]", seen)
    if origin is dict:
        return [] if schema == {"type": "map", "values": "string"} else [f"{path}: not a map of strings"]
    return plain_disagreements(schema, annotation, metadata, path, seen)


def plain_disagreements(
    schema: Any, annotation: Any, metadata: list[Any], path: str, seen: dict[str, Any]
) -> list[str]:
    """The same for a type that holds no other, or is a record."""
    if isinstance(annotation, type) and issubclass(annotation, Contract):
        return record_disagreements(schema, annotation, path, seen)
    if annotation is Decimal:
        (kind,) = (m for m in metadata if isinstance(m, DecimalType))
        wanted: Any = {
            "type": "bytes",
            "logicalType": "decimal",
            "precision": kind.precision,
            "scale": kind.scale,
        }
    elif annotation is date:
        wanted = {"type": "int", "logicalType": "date"}
    elif annotation in (datetime, AwareDatetime):
        wanted = {"type": "long", "logicalType": "timestamp-micros"}
    else:
        wanted = "string" if issubclass(annotation, Enum) else SIMPLE[annotation]
    return [] if schema == wanted else [f"{path}: schema says {schema}, model says {wanted}"]


def record_disagreements(schema: Any, model: type[Contract], path: str, seen: dict[str, Any]) -> list[str]:
    """The same for a record, field by field; a name stands for the record that it named before."""
    if isinstance(schema, str):
        return (
            []
            if seen.get(schema.removeprefix("claimstream.")) is model
            else [f"{path}: {schema} is not {model}"]
        )
    seen[schema["name"]] = model
    published = {field["name"]: field for field in schema["fields"]}
    if list(published) != list(model.model_fields):
        return [f"{path}: fields {list(published)} are not the model's {list(model.model_fields)}"]
    found = [] if schema["name"] == model.__name__ else [f"{path}: named {schema['name']}"]
    for name, info in model.model_fields.items():
        here = f"{path}.{name}"
        found += disagreements(published[name]["type"], info.annotation, info.metadata, here, seen)
        if ("default" in published[name]) == info.is_required():
            found.append(f"{here}: a default on one side only")
    return found


@pytest.mark.parametrize("topic", TOPICS)
def test_schema_and_model_agree_field_by_field(topic: str) -> None:
    """Names, order, types, optionality and defaults."""
    assert disagreements(load(f"{topic}.avsc"), EVENT_TYPES[topic].model, [], topic, {}) == []


def test_the_comparison_sees_a_difference() -> None:
    """A changed type, a missing field and a lost default are each found."""
    model = EVENT_TYPES["decisions"].model
    for change in ("type", "field", "default"):
        schema = load("decisions.avsc")
        if change == "type":
            schema["fields"][0]["type"] = "long"
        elif change == "field":
            del schema["fields"][3]
        else:
            del schema["fields"][2]["default"]
        assert disagreements(schema, model, [], "decisions", {}), change


@pytest.mark.parametrize("topic", TOPICS)
def test_the_published_schema_is_the_newest_of_its_history(topic: str) -> None:
    """A contract that changed without `claimstream schema --publish` fails here."""
    schema = load(f"{topic}.avsc")
    assert load(f"history/{topic}/{crc64(schema).hex()}.avsc") == schema


@pytest.mark.parametrize("topic", TOPICS)
def test_apache_avro_reads_the_published_schema(topic: str) -> None:
    """Apache's own library accepts it and sees the same fields."""
    schema = load(f"{topic}.avsc")
    parsed = avro.schema.parse(json.dumps(schema))
    assert isinstance(parsed, avro.schema.RecordSchema)
    assert [field.name for field in parsed.fields] == [field["name"] for field in schema["fields"]]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_published_version_can_still_be_read(topic: str) -> None:
    """BACKWARD_TRANSITIVE: today's reader reads what any published version wrote."""
    versions = sorted((folder("schemas") / "history" / topic).glob("*.avsc"))
    assert versions
    today = fastavro.parse_schema(load(f"{topic}.avsc"))
    for file in versions:
        written = fastavro.parse_schema(json.loads(file.read_text()))
        datum = generate_one(written)
        body = encode(written, datum)
        assert set(decode(body, written, today)) == set(EVENT_TYPES[topic].model.model_fields), file.name


def test_an_older_version_is_resolved_into_todays_event() -> None:
    """A field added with a default is filled in when an older record is read."""
    wire = TopicWire("decisions")
    schema = load("decisions.avsc")
    older = {**schema, "fields": [field for field in schema["fields"] if field["name"] != "replacement"]}
    datum = generate_one(fastavro.parse_schema(older))
    today = decode(encode(fastavro.parse_schema(older), datum), older, schema)
    assert today["replacement"] == ""
    assert wire.model.model_fields["replacement"].default == ""


def encode(schema: Any, datum: Any) -> bytes:
    """A datum's body."""
    out = BytesIO()
    fastavro.schemaless_writer(out, schema, datum)
    return out.getvalue()


def decode(body: bytes, writer: Any, reader: Any) -> dict[str, Any]:
    """A body resolved from the writer's schema into the reader's."""
    record = fastavro.schemaless_reader(BytesIO(body), writer, reader)
    assert isinstance(record, dict)
    return record
