"""Synthetic clinical notes with gold ICD-10-CM codes: our own work, every person in them invented.

One YAML file per specialty stands beside this module. A note's fields:

- ``codes``: the gold codes in sequence, first-listed or principal first, each with its reason: a section of
  the Official Guidelines for Coding and Reporting (FY2026 numbering, such as ``I.C.9.a.2``), an Index entry
  or a tabular instruction. ``poa`` is the present-on-admission indicator (Appendix I) of inpatient
  codes that are not exempt, where the note makes it plain.
- ``forbidden``: codes that a careless coder would assign and that the guidelines do not allow in this note.
- ``optional``: codes that one certified coder reports and another leaves out; they count neither way.
  External causes (V00-Y99) are optional throughout, listed or not: see :func:`is_external_cause`.
- ``split``: ``dev`` notes are for tuning; ``held`` notes only judge: files of their own, by writers who did
  not know the coder, measured as totals and not opened by those who tune it. A file that has been opened
  becomes ``dev``, and a new one is written.
"""

import datetime as dt
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A code (with its dot), the reason in one line, and the POA indicator where one applies."""

    code: str
    why: str
    poa: str | None = None


@dataclass(frozen=True, slots=True)
class GoldNote:
    """One note with its gold codes; ``age`` in completed years at ``date``, ``specialty`` the file's name."""

    id: str
    specialty: str
    kind: str
    encounter_class: str
    date: dt.date
    age: int
    sex: str
    split: str
    text: str
    codes: tuple[Reasoned, ...]
    forbidden: tuple[Reasoned, ...]
    optional: tuple[Reasoned, ...]

    @property
    def gold(self) -> tuple[str, ...]:
        """The gold codes in sequence."""
        return tuple(entry.code for entry in self.codes)

    def request(self) -> dict[str, Any]:
        """The note as one line of the input of ``claimstream code``."""
        return {
            "id": self.id,
            "note": self.text,
            "date": self.date.isoformat(),
            "age": self.age,
            "sex": self.sex,
            "class": self.encounter_class,
        }

    def labelled(self) -> dict[str, Any]:
        """The note as one line of the input of ``claimstream eval coding``."""
        return {
            **self.request(),
            "icd10cm": list(self.gold),
            "optional": [entry.code for entry in self.optional],
            "forbidden": [entry.code for entry in self.forbidden],
        }


def is_external_cause(code: str) -> bool:
    """Chapter 20, V00-Y99: reported only where a payer or a state asks for it (Guidelines I.C.20)."""
    return code[0] in "VWXY"


def _reasoned(entries: list[dict[str, str]]) -> tuple[Reasoned, ...]:
    return tuple(Reasoned(**entry) for entry in entries)


def _note(specialty: str, raw: dict[str, Any]) -> GoldNote:
    fields: dict[str, Any] = {
        **raw,
        **{name: _reasoned(raw[name]) for name in ("codes", "forbidden", "optional")},
        "specialty": specialty,
        "encounter_class": raw["class"],
        "text": raw["note"],
    }
    del fields["class"], fields["note"]
    return GoldNote(**fields)


@cache
def _all() -> tuple[GoldNote, ...]:
    return tuple(
        _note(path.stem, raw)
        for path in sorted(HOME.glob("*.yaml"))
        for raw in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


def notes(split: str | None = None) -> list[GoldNote]:
    """The notes of one split (``dev`` or ``held``), or all; by file name, then in the file's order.

    Raises ``ValueError`` for another split, ``TypeError`` or ``KeyError`` for a misspelt or missing field.
    """
    if split not in {None, "dev", "held"}:
        raise ValueError(f"no such split: {split}")
    return [note for note in _all() if split in {None, note.split}]


def main(split: str | None = None, *files: str) -> None:
    """Write the notes, of a split, or of some of its files, as rows of ``claimstream eval coding``."""
    for each in notes(split):
        if not files or each.specialty in files:
            sys.stdout.write(json.dumps(each.labelled()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
