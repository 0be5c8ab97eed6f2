"""The provider's charge master: what the EHR charges, as the code, modifiers, revenue code and price that
are billed.

A CSV file of the user's own (`charge-master.csv`) with the columns of `COLUMNS`. `setting` (a visit class)
and
`department` may be empty: the row then serves every setting or department, and a row that names them wins.
`code_system` and `code` are the EHR's (SNOMED CT, local codes). `hcpcs` (a CPT number or HCPCS code) may be
empty for a revenue-code-only line (room and board, UB-04 FL 42-44). The price is in US dollars.
"""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from services.codesets.errors import CodeSetError

COLUMNS: Final = (
    "code_system",
    "code",
    "setting",
    "department",
    "hcpcs",
    "modifiers",
    "revenue_code",
    "price",
)
SETTINGS: Final = ("", "ambulatory", "emergency", "inpatient", "observation", "home", "virtual")
_HCPCS = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_REVENUE = re.compile(r"[0-9]{4}")
_MOST_MODIFIERS = 4


@dataclass(frozen=True, slots=True)
class CellError:
    """One wrong cell: line as a text editor counts it, column by name."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class ChargeMasterError(CodeSetError):
    """A charge master with errors, all of them in `errors`."""

    def __init__(self, source: str, errors: tuple[CellError, ...]) -> None:
        self.source = source
        self.errors = errors
        listed = "\n".join(f"  {error}" for error in errors)
        super().__init__(f"{source}: {len(errors)} error{'s' if len(errors) != 1 else ''}\n{listed}")


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """What a charge is billed as. Empty `hcpcs`: by revenue code alone. `price` None: the EHR's own amount
    is needed.
    """

    hcpcs: str
    modifiers: tuple[str, ...]
    revenue_code: str
    price: Decimal | None


class ChargeMaster:
    """Rows by EHR code; the row that names setting and department wins over one that leaves them open."""

    def __init__(self, rows: dict[tuple[str, str, str, str], ChargeRow] | None = None) -> None:
        self._rows = rows or {}

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, system: str, code: str, setting: str = "", department: str = "") -> ChargeRow | None:
        """The most specific row for a charge: setting and department, then setting, then department, then
        neither.
        """
        for named in ((setting, department), (setting, ""), ("", department), ("", "")):
            row = self._rows.get((system, code, *named))
            if row is not None:
                return row
        return None


def load(path: Path) -> ChargeMaster:
    """Read a charge master.

    Raises:
        ChargeMasterError: with every error of the file, each with its line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ChargeMasterError(path.name, (CellError(0, "", f"cannot be read: {error}"),)) from error
    return parse(text, path.name)


def parse(text: str, source: str = "charge-master.csv") -> ChargeMaster:
    """Read the text of a charge master; see `load`."""
    reader = csv.reader(text.splitlines(), strict=True)
    errors: list[CellError] = []
    rows: dict[tuple[str, str, str, str], ChargeRow] = {}
    try:
        header = next(reader, [])
        places = _header(header, errors)
        for cells in [] if errors else reader:
            if any(cell.strip() for cell in cells):
                _row(reader.line_num, cells, places, rows, errors)
    except csv.Error as error:
        errors.append(CellError(reader.line_num, "", f"not CSV: {error}"))
    if errors:
        raise ChargeMasterError(source, tuple(errors))
    return ChargeMaster(rows)


def _header(cells: list[str], errors: list[CellError]) -> dict[str, int]:
    names = [cell.strip() for cell in cells]
    errors.extend(CellError(1, name, "this column is missing") for name in COLUMNS if name not in names)
    errors.extend(CellError(1, name, "this column is not known") for name in names if name not in COLUMNS)
    errors.extend(CellError(1, name, "this column stands twice") for name in COLUMNS if names.count(name) > 1)
    return {name: names.index(name) for name in COLUMNS if name in names}


def _row(
    line: int,
    cells: list[str],
    places: dict[str, int],
    rows: dict[tuple[str, str, str, str], ChargeRow],
    errors: list[CellError],
) -> None:
    if len(cells) != len(places):
        errors.append(CellError(line, "", f"{len(cells)} cells where the header has {len(places)}"))
        return
    values = {name: cells[place].strip() for name, place in places.items()}
    found = [CellError(line, column, message) for column, message in _faults(values)]
    key = (values["code_system"], values["code"], values["setting"], values["department"])
    if key in rows:
        found.append(
            CellError(line, "code", "a row before has the same system, code, setting and department")
        )
    errors.extend(found)
    if not found:
        modifiers = tuple(values["modifiers"].upper().split())
        price = _price(values["price"]) if values["price"] else None
        rows[key] = ChargeRow(values["hcpcs"].upper(), modifiers, values["revenue_code"], price)


def _faults(values: dict[str, str]) -> list[tuple[str, str]]:
    out = [(name, "must not be empty") for name in ("code_system", "code") if not values[name]]
    if values["setting"] not in SETTINGS:
        out.append(("setting", f"must be empty or one of {', '.join(SETTINGS[1:])}"))
    if values["hcpcs"] and not _HCPCS.fullmatch(values["hcpcs"].upper()):
        out.append(("hcpcs", "must be a five-character CPT number or HCPCS code"))
    if values["revenue_code"] and not _REVENUE.fullmatch(values["revenue_code"]):
        out.append(("revenue_code", "must have four digits"))
    if not values["hcpcs"] and not values["revenue_code"]:
        out.append(("hcpcs", "a row needs an HCPCS code or a revenue code"))
    modifiers = values["modifiers"].upper().split()
    if len(modifiers) > _MOST_MODIFIERS or not all(_MODIFIER.fullmatch(m) for m in modifiers):
        out.append(("modifiers", "at most four two-character modifiers, separated by spaces"))
    if values["price"] and _price(values["price"]) is None:
        out.append(("price", "must be dollars with at most two decimals, not negative"))
    return out


def _price(text: str) -> Decimal | None:
    """Dollars, or None for what is not a price."""
    try:
        amount = Decimal(text)
        cents = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return cents if cents == amount and amount >= 0 else None
