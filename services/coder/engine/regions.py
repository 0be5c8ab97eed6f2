"""Body parts that belong together, for the side of a condition (`data/regions.yaml`)."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from services.coder.engine.tables import table


class Region(NamedTuple):
    """Codes and folded names of body parts of one region."""

    codes: tuple[str, ...]
    parts: frozenset[str]


@cache
def _regions() -> tuple[Region, ...]:
    return tuple(Region(tuple(row["codes"]), frozenset(row["parts"])) for row in table("regions"))


def kin(code: str, parts: frozenset[str]) -> frozenset[str]:
    """The body parts of the region that `code` belongs to; where none is known, of the regions of `parts`."""
    return _of(code) or _union(region for region in _regions() if not region.parts.isdisjoint(parts))


@cache
def _of(code: str) -> frozenset[str]:
    """The body parts of the regions that a code belongs to."""
    return _union(region for region in _regions() if code.startswith(region.codes))


def _union(regions: Iterable[Region]) -> frozenset[str]:
    return frozenset().union(*(region.parts for region in regions))
