"""Imported tables by name and day: opened when first asked for, `NotLoaded` when none covers the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from services.codesets.manifest import Entry, Manifest, read_manifest, stamp_of
from services.codesets.storage import TableFile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotLoaded:
    """No imported version of a table covers a day: a check that needs it is `not_checked`, never passed."""

    table: str
    on: date
    versions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return False

    @property
    def reason(self) -> str:
        """One sentence for a finding."""
        if not self.versions:
            return f"no version of {self.table} is imported"
        return f"no imported version of {self.table} covers {self.on} (imported: {', '.join(self.versions)})"


class Shelf:
    """The imported tables of one process."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds `manifest.json` and the compiled files it names."""
        self._folder = folder
        self._manifest = read_manifest(folder)
        self._opened: dict[tuple[str, str], Any] = {}
        self._picked: dict[tuple[str, date], Entry | None] = {}

    @property
    def manifest(self) -> Manifest:
        """What is in use now."""
        return self._manifest

    def refresh(self) -> bool:
        """Take up a new manifest if there is one; called between batches, costs one `stat`.

        Raises:
            ManifestError: the new manifest is damaged; the versions in use stay.
        """
        if stamp_of(self._folder) == self._manifest.stamp:
            return False
        fresh = read_manifest(self._folder)
        changed = fresh != self._manifest
        self._manifest, self._picked = fresh, {}
        kept = {(entry.file, entry.sha256) for entry in fresh.entries}
        self._opened = {key: table for key, table in self._opened.items() if key in kept}
        return changed

    def open(self, table: str, on: date, view: Callable[[TableFile, Entry], T]) -> T | NotLoaded:
        """The table's version for a day, through `view`; opened once per version."""
        if (table, on) not in self._picked:
            self._picked[table, on] = self._manifest.pick(table, on)
        entry = self._picked[table, on]
        if entry is None:
            return NotLoaded(table, on, tuple(each.version for each in self._manifest.of(table)))
        return self.open_entry(entry, view)

    def open_entry(self, entry: Entry, view: Callable[[TableFile, Entry], T]) -> T:
        """One version, whatever the day."""
        key = (entry.file, entry.sha256)
        if key not in self._opened:
            self._opened[key] = view(TableFile(self._folder / entry.file), entry)
        opened: T = self._opened[key]
        return opened
