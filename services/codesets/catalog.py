"""`load()`: every table of reference data, each by date of service."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.codesets.build import TABULAR, ensure_built
from services.codesets.home import codesets_home
from services.codesets.icd10cm import Icd10cm
from services.codesets.icd10pcs import Icd10pcs
from services.codesets.manifest import Manifest
from services.codesets.mce import Mce, MceFlags
from services.codesets.shelf import NotLoaded, Shelf
from services.codesets.sources.mce import AgeRange
from services.codesets.storage import TableFile
from services.codesets.tables.add_on import AddOns
from services.codesets.tables.coverage import Coverage
from services.codesets.tables.fee_schedule import Gpci, Rvu
from services.codesets.tables.index import Index
from services.codesets.tables.mue import Mue, MueKind
from services.codesets.tables.order import Order
from services.codesets.tables.places import Places
from services.codesets.tables.procedures import CodeFamily, CodeList, Listed, Listing, family
from services.codesets.tables.ptp import Ptp
from services.codesets.tabular import Tabular
from services.codesets.validity import Validity

_DAYS_KEPT: Final = 4096


class CodeSets:
    """The reference data of one process: opened once, shared by threads, refreshed between batches.

    A table that must be imported first answers `NotLoaded` (false, with a reason) when no version covers
    the day, so that "no edit" and "not checked" cannot be confused.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the tables under `folder` (default `codesets_home()`); builds the built-in ones if missing."""
        self.folder = folder or codesets_home()
        paths = ensure_built(self.folder)
        self._builtin_tabular = Tabular(TableFile(paths[TABULAR]))
        self._icd10cm = Validity(TableFile(paths["icd10cm"]))
        self._icd10pcs = Validity(TableFile(paths["icd10pcs"]))
        self._shelf = Shelf(self.folder)
        self.mce = Mce(self._icd10cm, [_age_range(row) for row in self._icd10cm.meta["ages"]])
        self.icd10cm = lru_cache(_DAYS_KEPT)(self._make_icd10cm)

    # --- diagnoses and inpatient procedures

    def _make_icd10cm(self, on: date) -> Icd10cm:
        """ICD-10-CM as of a day of service (or of discharge, for inpatient claims)."""
        order = self._shelf.open("icd10cm-order", on, Order)
        titles = None if isinstance(order, NotLoaded) else order.title
        return Icd10cm(on, self._icd10cm, self._tabular(on), titles)

    def _tabular(self, on: date) -> Tabular:
        """The newest tabular list in force on a day; the oldest there is for days before it."""
        imported = (
            self._shelf.open_entry(entry, lambda file, _: Tabular(file))
            for entry in self.manifest.of(TABULAR)
        )
        lists = sorted([self._builtin_tabular, *imported], key=lambda each: each.effective)
        return next((each for each in reversed(lists) if each.effective <= on), lists[0])

    def icd10pcs(self, on: date) -> Icd10pcs:
        """ICD-10-PCS as of a day of discharge."""
        return Icd10pcs(on, self._icd10pcs)

    def mce_flags(self, code: str, on: date) -> MceFlags | None:
        """The Medicare Code Editor's flags of a diagnosis; None when the code is not in force."""
        return self.mce.flags(code, on)

    def index(self, on: date, kind: str = "index") -> Index | NotLoaded:
        """The Alphabetic Index or a companion (`index`, `neoplasm`, `drug`, `eindex`), the nearest version.

        The index leads to a code that the tabular list of the day must confirm, so an older one may serve.
        """
        table = f"icd10cm-{kind}"
        entry = self.manifest.nearest(table, on)
        return self._shelf.open_entry(entry, Index) if entry else NotLoaded(table, on)

    # --- procedures

    def hcpcs(self, on: date) -> CodeList | NotLoaded:
        """HCPCS Level II."""
        return self._shelf.open("hcpcs", on, CodeList)

    def hcpcs_modifiers(self, on: date) -> CodeList | NotLoaded:
        """The modifiers of HCPCS Level II."""
        return self._shelf.open("hcpcs-modifiers", on, CodeList)

    def cpt(self, on: date) -> CodeList | NotLoaded:
        """The user's licensed CPT list."""
        return self._shelf.open("cpt", on, CodeList)

    def procedure(self, code: str, on: date) -> Listing:
        """Whether a HCPCS code or CPT number exists on a day, as far as a loaded list can say.

        Without a licensed CPT list a CPT number is valid when the fee schedule lists it, else `not_checked`.
        """
        kind = family(code)
        bare = code.strip().upper()
        if kind is CodeFamily.NONE:
            return Listing(bare, Listed.MALFORMED)
        listed = self.hcpcs(on) if kind is CodeFamily.HCPCS else self.cpt(on)
        if not isinstance(listed, NotLoaded):
            return listed.look_up(bare, on)
        schedule = self.rvu(on)
        if not isinstance(schedule, NotLoaded) and schedule.row(bare) is not None:
            return Listing(bare, Listed.VALID, f"pfs-rvu@{schedule.version}")
        return Listing(bare, Listed.NOT_CHECKED)

    # --- edits and payment policy

    def ptp(self, on: date, kind: str = "practitioner") -> Ptp | NotLoaded:
        """NCCI procedure-to-procedure edits: `practitioner` or `hospital`."""
        return self._shelf.open(f"ncci-ptp-{kind}", on, Ptp)

    def mue(self, kind: MueKind | str, on: date) -> Mue | NotLoaded:
        """Medically unlikely edits: `practitioner`, `outpatient` or `dme`."""
        return self._shelf.open(f"ncci-mue-{kind}", on, Mue)

    def add_on(self, on: date) -> AddOns | NotLoaded:
        """NCCI add-on codes."""
        return self._shelf.open("ncci-add-on", on, AddOns)

    def rvu(self, on: date) -> Rvu | NotLoaded:
        """The fee schedule's relative values and policy indicators."""
        return self._shelf.open("pfs-rvu", on, Rvu)

    def gpci(self, on: date) -> Gpci | NotLoaded:
        """The fee schedule's locality indices."""
        return self._shelf.open("pfs-gpci", on, Gpci)

    def places(self, on: date) -> Places | NotLoaded:
        """Place of service codes."""
        return self._shelf.open("place-of-service", on, Places)

    def lcd(self, on: date) -> Coverage | NotLoaded:
        """Coverage articles (medical necessity)."""
        return self._shelf.open("mcd-articles", on, Coverage)

    # --- versions

    @property
    def manifest(self) -> Manifest:
        """The imported tables in use."""
        return self._shelf.manifest

    @property
    def builtin(self) -> tuple[dict[str, Any], ...]:
        """The tables compiled from packages: table, version, dates, source, digest, licence."""
        return (self._icd10cm.meta, self._builtin_tabular.meta, self._icd10pcs.meta)

    @property
    def masters(self) -> dict[str, Validity]:
        """The validity of ICD-10-CM and ICD-10-PCS, against which imported order files are dated."""
        return {"icd10cm": self._icd10cm, "icd10pcs": self._icd10pcs}

    def refresh(self) -> bool:
        """Take up newly imported versions; called at a batch boundary, costs one `stat` when nothing changed.

        Raises:
            CodeSetError: the new manifest or a file it names cannot be read; the versions in use stay.
        """
        changed = self._shelf.refresh()
        if changed:
            self.icd10cm.cache_clear()
        return changed

    def versions(self, on: date | None = None) -> dict[str, str]:
        """The version of every table that judges services of a day, sorted by table.

        Without a day: the newest version of each table.
        """
        tabular = self._tabular(on or date.max)
        versions = {
            "icd10cm": str(self._icd10cm.meta["version"]),
            "icd10cm-tabular": str(tabular.meta["version"]),
            "icd10pcs": str(self._icd10pcs.meta["version"]),
            "mce": str(self._icd10cm.meta["version"]),
        }
        for entry in self.manifest.entries:
            if entry.table != TABULAR and (on is None or self.manifest.pick(entry.table, on) == entry):
                versions[entry.table] = entry.version
        return dict(sorted(versions.items()))


def _age_range(row: dict[str, str]) -> AgeRange:
    return AgeRange(
        row["category"],
        int(row["youngest"]),
        int(row["oldest"]),
        date.fromisoformat(row["first"]),
        date.fromisoformat(row["last"]),
    )


@lru_cache(1)
def load() -> CodeSets:
    """The code sets of this process."""
    return CodeSets()
