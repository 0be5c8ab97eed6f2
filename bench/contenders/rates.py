"""Notes a second of CPU time, in one way for all contenders."""

from collections.abc import Callable
from time import process_time
from typing import Any

LEAST_SECONDS = 3.0
PAGE = 1_500
"""Characters of a note of about a page."""

Row = dict[str, Any]


def rates(rows: list[Row], read: Callable[[list[Row]], object]) -> dict[str, float]:
    """The rate over all notes, and over those of a page and more; over all where none is that long. `read`
    is given them all and may go through them as suits it.
    """
    pages = [row for row in rows if len(row["note"]) >= PAGE] or rows
    return {"rate": _rate(rows, read), "pages": _rate(pages, read)}


def _rate(rows: list[Row], read: Callable[[list[Row]], object]) -> float:
    coded, started = 0, process_time()
    while process_time() - started < LEAST_SECONDS:
        read(rows)
        coded += len(rows)
    return coded / (process_time() - started)
