"""Compile drafts and put them in use: new files first, then one new manifest."""

from collections.abc import Sequence
from pathlib import Path

from services.codesets.build import build_lock
from services.codesets.imports.draft import Draft
from services.codesets.manifest import Entry, prune, read_manifest, write_manifest
from services.codesets.storage import FORMAT, TableWriter


def install(drafts: Sequence[Draft], folder: Path) -> tuple[Entry, ...]:
    """Write every table, then switch. Other versions stay beside; the same version is replaced.

    Files that neither the new manifest nor the one before names are deleted: a worker that still reads the
    old manifest finds all of its files.
    """
    with build_lock(folder):
        before = read_manifest(folder)
        entries = tuple(_write(draft, folder) for draft in drafts)
        after = before.with_entries(entries)
        write_manifest(folder, after)
        prune(folder, before, after)
    return entries


def _write(draft: Draft, folder: Path) -> Entry:
    edition = draft.edition
    file = f"tables/{draft.table}/{edition.version}-{draft.source.sha256[:12]}-f{FORMAT}.cst"
    entry = Entry(
        table=draft.table,
        version=edition.version,
        effective=edition.effective,
        through=edition.through,
        file=file,
        source=draft.source.name,
        sha256=draft.source.sha256,
        licence=draft.licence,
        rows=draft.rows,
        coverage=draft.coverage,
        notes=draft.notes,
    )
    through = edition.through.isoformat() if edition.through else None
    writer = TableWriter(
        {
            **draft.meta,
            "table": draft.table,
            "version": edition.version,
            "effective": edition.effective.isoformat(),
            "through": through,
            "source": draft.source.name,
            "sha256": draft.source.sha256,
            "licence": draft.licence,
            "rows": draft.rows,
        }
    )
    draft.write(writer)
    writer.write(folder / file)
    return entry
