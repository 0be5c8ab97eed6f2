"""The independent count of what went in, and the files it reads."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.pipeline.inbox import files, messages
from services.pipeline.intake import intake


def bundle(version: int, *nets: float, ident: str = "e1", style: str = "urn") -> dict[str, Any]:
    """A bundle with one encounter and its charges."""
    full = {
        "urn": f"urn:uuid:{ident}",
        "relative": f"Encounter/{ident}",
        "absolute": f"https://ehr/Encounter/{ident}",
    }
    items = [{"encounter": [{"reference": full[style]}], "net": {"value": net}} for net in nets]
    return {
        "resourceType": "Bundle",
        "entry": [
            {
                "fullUrl": full["absolute" if style == "relative" else style],
                "resource": {"resourceType": "Encounter", "id": ident, "meta": {"versionId": str(version)}},
            },
            {"resource": {"resourceType": "Claim", "item": items}},
        ],
    }


def test_dollars_are_counted_to_the_cent_whatever_the_references(tmp_path: Path) -> None:
    """JSON numbers are read as decimals."""
    for number, style in enumerate(("urn", "relative", "absolute")):
        content = bundle(1, 0.1, 0.2, ident=f"e{number}", style=style)
        (tmp_path / f"{style}.json").write_text(json.dumps(content))
    counted = intake([tmp_path])
    assert counted.charged == {f"e{number}": Decimal("0.30") for number in range(3)}
    assert counted.total == Decimal("0.90")


def test_of_several_versions_the_newest_counts(tmp_path: Path) -> None:
    """In whatever order the files come; what is no bundle counts nothing."""
    (tmp_path / "a.json").write_text(json.dumps(bundle(2, 70)))
    (tmp_path / "b.json").write_text(json.dumps(bundle(1, 50)))
    (tmp_path / "c.json").write_text("{")
    assert intake([tmp_path]).charged == {"e1": Decimal("70.00")}


def test_lines_of_ndjson_are_messages(tmp_path: Path) -> None:
    """Each line is one message with its own place and key; the same bytes have the same key."""
    file = tmp_path / "many.ndjson"
    file.write_text('{"a":1}\n\n{"b":2}\n{"a":1}\n')
    (tmp_path / "other.txt").write_text("no")
    assert files([tmp_path]) == [file]
    first, second, third = messages(file)
    assert [m.place for m in (first, second, third)] == ["many.ndjson:1", "many.ndjson:3", "many.ndjson:4"]
    assert first.key == third.key != second.key
