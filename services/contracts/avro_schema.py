"""Avro schemas derived from the models: the models are the source, `schemas/*.avsc` is what they say.

Mapping (Avro 1.12 specification): `Money` and its like are `bytes` with logical type `decimal`, dates are
`int` with `date`, times are `long` with `timestamp-micros` (UTC), optional fields are unions with `null`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic_core import PydanticUndefined

from services.contracts.base import Contract, DecimalType, Doc

NAMESPACE = "claimstream"
Schema = dict[str, Any] | list[Any] | str

_PRIMITIVES: dict[type, Schema] = {
    bool: "boolean",
    int: "long",
    float: "double",
    str: "string",
    bytes: "bytes",
    date: {"type": "int", "logicalType": "date"},
    datetime: {"type": "long", "logicalType": "timestamp-micros"},
    AwareDatetime: {"type": "long", "logicalType": "timestamp-micros"},
}


def avro_schema(model: type[Contract]) -> dict[str, Any]:
    """The Avro record of a contract; every named type is spelled out where it first occurs."""
    schema = _record(model, set())
    if not isinstance(schema, dict):
        raise TypeError(f"{model.__name__} refers to itself at its root")
    return schema


def _record(model: type[Contract], seen: set[str]) -> Schema:
    if model.__name__ in seen:
        return f"{NAMESPACE}.{model.__name__}"
    seen.add(model.__name__)
    schema: dict[str, Any] = {"type": "record", "name": model.__name__, "namespace": NAMESPACE}
    if model.__doc__:
        schema["doc"] = model.__doc__.strip().splitlines()[0]
    schema["fields"] = [
        _field(name, info.annotation, info.metadata, _default(info), seen)
        for name, info in model.model_fields.items()
    ]
    return schema


def _default(info: Any) -> Any:  # noqa: ANN401 (any default a field may have)
    return PydanticUndefined if info.is_required() else info.get_default(call_default_factory=True)


def _field(name: str, annotation: Any, metadata: list[Any], default: Any, seen: set[str]) -> dict[str, Any]:  # noqa: ANN401
    field: dict[str, Any] = {"name": name, "type": _type(annotation, metadata, seen)}
    docs = [item.text for item in metadata if isinstance(item, Doc)]
    if docs:
        field["doc"] = docs[0]
    if default is not PydanticUndefined:
        field["default"] = _avro_default(default, metadata)
    return field


def _type(annotation: Any, metadata: list[Any], seen: set[str]) -> Schema:  # noqa: ANN401
    if hasattr(annotation, "__metadata__"):
        inner, *extra = get_args(annotation)
        return _type(inner, [*extra, *metadata], seen)
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        (inner,) = (arm for arm in get_args(annotation) if arm is not NoneType)
        return ["null", _type(inner, metadata, seen)]
    if origin is tuple:
        return {"type": "array", "items": _type(get_args(annotation)[0], [], seen)}
    if origin in (dict, Mapping):
        return {"type": "map", "values": _type(get_args(annotation)[1], [], seen)}
    return _plain(annotation, metadata, seen)


def _plain(annotation: type, metadata: list[Any], seen: set[str]) -> Schema:
    if annotation is Decimal:
        (decimal,) = (item for item in metadata if isinstance(item, DecimalType))
        return {
            "type": "bytes",
            "logicalType": "decimal",
            "precision": decimal.precision,
            "scale": decimal.scale,
        }
    if annotation in _PRIMITIVES:
        return _PRIMITIVES[annotation]
    if issubclass(annotation, Enum):
        return "string"  # `7` is no Avro symbol, and a member added later must not break a reader
    if issubclass(annotation, Contract):
        return _record(annotation, seen)
    raise TypeError(f"no Avro type for {annotation!r}")


def _avro_default(default: Any, metadata: list[Any]) -> Any:  # noqa: ANN401
    if isinstance(default, Contract):
        return {
            name: _avro_default(getattr(default, name), info.metadata)
            for name, info in type(default).model_fields.items()
        }
    if isinstance(default, Decimal):
        scale = next(item.scale for item in metadata if isinstance(item, DecimalType))
        unscaled = int(default.scaleb(scale))
        return unscaled.to_bytes((unscaled.bit_length() + 8) // 8, "big", signed=True).decode("latin-1")
    if isinstance(default, Enum):
        return default.value
    return list(default) if isinstance(default, tuple) else default
