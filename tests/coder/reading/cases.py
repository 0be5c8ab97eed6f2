"""The cases in `cases/`: sentences with their mention in braces, and notes with what is in them."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent / "cases"
_MENTION = re.compile(r"\{([^}]*)\}")


class Mention(NamedTuple):
    """A sentence, its mention's span, and whether the flag of its file is to be set."""

    text: str
    start: int
    end: int
    expected: bool


def load(name: str) -> Any:
    """The content of one file of cases."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def mentions(name: str) -> list[Mention]:
    """Every mention of a file of assertions."""
    found: list[Mention] = []
    for key, rows in load(name).items():
        for row in rows:
            match = _MENTION.search(row)
            assert match is not None, row
            text = row.replace("{", "").replace("}", "")
            found.append(Mention(text, match.start(), match.start() + len(match.group(1)), key == "is"))
    return found
