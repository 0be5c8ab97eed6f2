"""Which imported tables are in use: one small JSON file, replaced atomically.

Compiled tables are never changed in place. An import writes new files, then renames a new manifest over the
old one; a reader holds either the old list or the new. Running workers look at the manifest's stat between
batches.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from services.codesets.errors import ManifestError
from services.contracts.whole import write_whole

FORMAT: Final = 1
NAME: Final = "manifest.json"
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One imported version of a table. `through` None: in force until a newer version."""

    table: str
    version: str
    effective: date
    through: date | None
    file: str
    source: str
    sha256: str
    licence: str
    rows: int
    coverage: str = ""
    notes: tuple[str, ...] = ()

    def covers(self, on: date) -> bool:
        """Whether this version judges services of that day."""
        return self.effective <= on and (self.through is None or on <= self.through)

    @property
    def days(self) -> str:
        """`2024-07-01..2024-09-30`."""
        return f"{self.effective}..{self.through or ''}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every imported version, sorted by table and first day."""

    entries: tuple[Entry, ...] = ()
    stamp: Stamp | None = field(default=None, compare=False)

    def of(self, table: str) -> tuple[Entry, ...]:
        """The versions of a table, oldest first."""
        return tuple(entry for entry in self.entries if entry.table == table)

    def pick(self, table: str, on: date) -> Entry | None:
        """The version that covers a day: the one that took effect last, if several do."""
        covering = [entry for entry in self.of(table) if entry.covers(on)]
        return covering[-1] if covering else None

    def nearest(self, table: str, on: date) -> Entry | None:
        """The newest version begun by a day, however old; else the oldest. For aids, not for verdicts."""
        versions = self.of(table)
        begun = [entry for entry in versions if entry.effective <= on] or list(versions[:1])
        return begun[-1] if begun else None

    def with_entries(self, new: Iterable[Entry]) -> "Manifest":
        """New versions beside the old; the same version of a table is replaced."""
        merged = {(entry.table, entry.version): entry for entry in (*self.entries, *new)}
        return Manifest(
            tuple(sorted(merged.values(), key=lambda each: (each.table, each.effective, each.version)))
        )


def read_manifest(folder: Path) -> Manifest:
    """The manifest in use; an empty one when nothing was imported yet.

    Raises:
        ManifestError: it cannot be read.
    """
    path = folder / NAME
    try:
        stamp = stamp_of(folder)
        raw = path.read_bytes() if stamp else b""
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}") from error
    if not raw:
        return Manifest(stamp=stamp)
    try:
        document = orjson.loads(raw)
        if document["format"] != FORMAT:
            raise ManifestError(f"{path}: format {document['format']}, expected {FORMAT}")
        return Manifest(tuple(map(_entry, document["tables"])), stamp)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(f"{path}: damaged ({error}); import the tables again") from error


def stamp_of(folder: Path) -> Stamp | None:
    """What changes when the manifest is replaced; None when there is none."""
    try:
        status = (folder / NAME).stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _entry(row: dict[str, Any]) -> Entry:
    through = row.pop("through")
    return Entry(
        **{**row, "effective": date.fromisoformat(row["effective"]), "notes": tuple(row["notes"])},
        through=date.fromisoformat(through) if through else None,
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [asdict(entry) for entry in manifest.entries]
    document = orjson.dumps({"format": FORMAT, "tables": tables}, option=orjson.OPT_INDENT_2)
    write_whole(folder / NAME, [document], durable=True)


def prune(folder: Path, *kept: Manifest) -> Sequence[str]:
    """Delete compiled files that none of these manifests names; what was deleted."""
    named = {entry.file for manifest in kept for entry in manifest.entries}
    unused = [
        path for path in sorted(folder.glob("tables/*/*.cst")) if str(path.relative_to(folder)) not in named
    ]
    for path in unused:
        path.unlink(missing_ok=True)
    return [path.name for path in unused]
