"""Body parts that belong together, for the side of a condition (`data/regions.yaml`)."""

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
    own = [region for region in _regions() if code.startswith(region.codes)]
    found = own or [region for region in _regions() if region.parts & parts]
    return frozenset().union(*(region.parts for region in found))
