"""Messages from files: what an EHR's gateway would publish."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

SUFFIXES: Final = (".json", ".ndjson")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: where it came from, its key, its bytes."""

    place: str
    key: str
    value: bytes


def files(paths: Iterable[Path]) -> list[Path]:
    """The files that `paths` name: a folder stands for all of its .json and .ndjson files, sorted."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        found += inside if path.is_dir() else [path]
    return found


def messages(file: Path) -> Iterator[Message]:
    """A file's messages: each line of an .ndjson file, the whole of any other; raises `OSError`."""
    if file.suffix == ".ndjson":
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _message(f"{file.name}:{number}", line.strip())
    else:
        yield _message(file.name, file.read_bytes())


def _message(place: str, value: bytes) -> Message:
    return Message(place, sha256(value).hexdigest()[:24], value)
