"""Imported tables by name and day: opened when first asked for, `NotLoaded` when none covers the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from services.codesets.errors import StorageError
from services.codesets.manifest import Entry, Manifest, read_manifest, stamp_of
from services.codesets.storage import TableFile

T = TypeVar("T")
_ATTEMPTS: Final = 3


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
    """The imported tables of one process.

    Every file of the manifest is mapped when the manifest is taken up, so that it stays readable even when
    later imports delete it; a table's view is made when it is first asked for.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` holds `manifest.json` and the compiled files it names.

        Raises:
            CodeSetError: the manifest or a file it names cannot be read.
        """
        self._folder = folder
        self._manifest = Manifest()
        self._files: dict[str, TableFile] = {}
        self._views: dict[str, Any] = {}
        self._picked: dict[tuple[str, date], Entry | None] = {}
        self._take_up()

    @property
    def manifest(self) -> Manifest:
        """What is in use now."""
        return self._manifest

    def refresh(self) -> bool:
        """Take up a new manifest if there is one; called between batches, costs one `stat`.

        Raises:
            CodeSetError: the new manifest or a file it names cannot be read; the versions in use stay.
        """
        if stamp_of(self._folder) == self._manifest.stamp:
            return False
        before = self._manifest
        self._take_up()
        return self._manifest != before

    def _take_up(self) -> None:
        for attempt in range(_ATTEMPTS):
            fresh = read_manifest(self._folder)
            try:
                files = {
                    entry.file: self._files.get(entry.file) or TableFile(self._folder / entry.file)
                    for entry in fresh.entries
                }
            except StorageError:
                # Another import may have deleted the file since the manifest was read.
                if attempt + 1 == _ATTEMPTS or stamp_of(self._folder) == fresh.stamp:
                    raise
                continue
            self._manifest, self._files, self._picked = fresh, files, {}
            self._views = {file: view for file, view in self._views.items() if file in files}
            return

    def open(self, table: str, on: date, view: Callable[[TableFile, Entry], T]) -> T | NotLoaded:
        """The table's version for a day, through `view`; one view per version."""
        if (table, on) not in self._picked:
            self._picked[table, on] = self._manifest.pick(table, on)
        entry = self._picked[table, on]
        if entry is None:
            return NotLoaded(table, on, tuple(each.version for each in self._manifest.of(table)))
        return self.open_entry(entry, view)

    def open_entry(self, entry: Entry, view: Callable[[TableFile, Entry], T]) -> T:
        """One version, whatever the day."""
        if entry.file not in self._views:
            self._views[entry.file] = view(self._files[entry.file], entry)
        opened: T = self._views[entry.file]
        return opened
