"""A contract as a table of its fields, generated from the model: what a mapper of 837 or FHIR reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from services.contracts.base import Contract, Doc


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field: its path (`lines[].code`), its type's name, what it means and where it goes."""

    path: str
    type: str
    required: bool
    meaning: str
    x12: str
    fhir: str


def field_rows(model: type[Contract], prefix: str = "") -> Iterator[FieldRow]:
    """Every field of a contract, depth first, in the contract's order."""
    for name, info in model.model_fields.items():
        doc = next((item for item in info.metadata if isinstance(item, Doc)), Doc(""))
        kind, many = _kind(info.annotation)
        path = f"{prefix}{name}{'[]' if many else ''}"
        yield FieldRow(path, kind.__name__, info.is_required(), doc.text, doc.x12, doc.fhir)
        if isinstance(kind, type) and issubclass(kind, Contract):
            yield from field_rows(kind, f"{path}.")


def _kind(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 (a type expression)
    """The type at the heart of an annotation, and whether there are many of it."""
    if hasattr(annotation, "__metadata__"):
        return _kind(get_args(annotation)[0])
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        (inner,) = (arm for arm in get_args(annotation) if arm is not NoneType)
        return _kind(inner)
    if origin is tuple:
        return _kind(get_args(annotation)[0])[0], True
    return (origin or annotation), False
