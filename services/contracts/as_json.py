"""Events as JSON for people and programs: money and quantities as exact numbers, times in UTC."""

from base64 import b64encode
from decimal import Decimal
from typing import Any

import orjson

from services.contracts.base import Contract


def as_json(event: Contract | dict[str, Any]) -> bytes:
    """One line of JSON without its newline; fields in the contract's order.

    A decimal becomes a JSON number with all of its digits (`125.10`, never `125.09999`); read it back with
    `parse_float=Decimal`. Bytes become base64.
    """
    content = event.model_dump() if isinstance(event, Contract) else event
    return orjson.dumps(content, default=_other, option=orjson.OPT_UTC_Z)


def _other(value: object) -> Any:  # noqa: ANN401 (what orjson can write)
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}".encode())
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"no JSON for {type(value).__name__}")
