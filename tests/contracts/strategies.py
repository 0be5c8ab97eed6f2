"""Events of any contract, drawn from its annotations."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen
from hypothesis import strategies as st
from pydantic import AwareDatetime

from services.contracts.base import Contract, DecimalType

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001


@cache
def events(model: type[Contract]) -> st.SearchStrategy[Contract]:
    """Valid events of the contract."""
    fields = {name: values(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    return st.fixed_dictionaries(fields).map(lambda drawn: model(**drawn))


def values(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    """Values of an annotated type within its bounds."""
    if hasattr(annotation, "__metadata__"):
        inner, *extra = get_args(annotation)
        return values(inner, [*extra, *metadata])
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        (inner,) = (arm for arm in get_args(annotation) if arm is not NoneType)
        return st.none() | values(inner, metadata)
    if origin is tuple:
        return st.lists(values(get_args(annotation)[0], []), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(TEXT, TEXT, max_size=2)
    return _plain(annotation, metadata)


def _plain(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911 (a dispatch)
    if annotation is Decimal:
        return _decimals(metadata)
    if annotation is int:
        return st.integers(_bound(metadata, -(2**62)), _upper(metadata, 2**62))
    if annotation is str:
        longest = next((m.max_length for m in metadata if isinstance(m, MaxLen)), None)
        return TEXT if longest is None else TEXT.map(lambda text: text[:longest])
    if annotation in (datetime, AwareDatetime):
        return TIMES
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    if issubclass(annotation, Contract):
        return events(annotation)
    simple: dict[type, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        float: st.floats(0, 1),
        bytes: st.binary(max_size=20),
        date: st.dates(date(1900, 1, 1)),
    }
    return simple[annotation]


def _decimals(metadata: list[Any]) -> st.SearchStrategy[Decimal]:
    kind = next(m for m in metadata if isinstance(m, DecimalType))
    low = _bound(metadata, -(10**9)) * 10**kind.scale
    return st.integers(low, 10**9).map(lambda n: Decimal(n).scaleb(-kind.scale))


def _flat(metadata: list[Any]) -> list[Any]:
    """The constraints, those inside a pydantic FieldInfo included."""
    return [part for item in metadata for part in (item, *getattr(item, "metadata", ()))]


def _bound(metadata: list[Any], default: int) -> int:
    for item in _flat(metadata):
        if isinstance(item, Ge):
            return int(item.ge)  # type: ignore[call-overload, no-any-return]
        if isinstance(item, Gt):
            return int(item.gt) + 1  # type: ignore[call-overload, no-any-return]
    return default


def _upper(metadata: list[Any], default: int) -> int:
    return next((int(m.le) for m in _flat(metadata) if isinstance(m, Le)), default)  # type: ignore[call-overload]
