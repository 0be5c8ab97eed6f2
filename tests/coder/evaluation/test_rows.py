"""Rows of labelled files: what is not as it must be is named by its field."""

from typing import Any

import pytest

from services.coder.batch import Coder
from services.coder.errors import NoteError
from services.coder.evaluation import rows


def test_codes_are_read_as_the_coder_writes_them(coder: Coder) -> None:
    row = rows.coding({"note": "", "gold": ["i10", "E119"], "forbidden": ["e11.8"]}, "gold", coder)
    assert (row["gold"], row["forbidden"]) == (["I10", "E11.9"], ["E11.8"])
    assert rows.coding({"note": "", "icd10cm": []}, "icd10cm", coder)["icd10cm"] == []


@pytest.mark.parametrize("codes", [None, "I10", [""], [5], ["hypertension"], {"I10": 1}, [["I10"]], 5])
@pytest.mark.parametrize("field", ["icd10cm", "optional", "forbidden"])
def test_what_is_no_list_of_codes_is_refused(field: str, codes: object, coder: Coder) -> None:
    row = {"note": "", "icd10cm": ["I10"], field: codes}
    with pytest.raises(NoteError, match=f"field {field}: must be a list"):
        rows.coding(row, "icd10cm", coder)


@pytest.mark.parametrize("row", [{"note": 5, "icd10cm": []}, {"icd10cm": []}])
def test_a_row_that_cannot_be_coded_is_refused(row: dict[str, Any], coder: Coder) -> None:
    with pytest.raises(NoteError, match="field note"):
        rows.coding(row, "icd10cm", coder)


@pytest.mark.parametrize(
    ("field", "value"),
    [("sentence", None), ("concept", 5), ("negation", "no"), ("temporality", "zzz"), ("experiencer", None)],
)
def test_a_label_that_is_none_of_the_kit_is_refused(field: str, value: object) -> None:
    row = {"sentence": "No fever.", "concept": "fever", "negation": "Negated"}
    assert rows.context(row)["negation"] == "negated"
    with pytest.raises(NoteError, match=f"field {field}"):
        rows.context({**row, field: value})


@pytest.mark.parametrize("divisions", [None, "x", {"subjective": 5}, {"plan": "Rest."}])
def test_divisions_are_texts_by_name(divisions: object) -> None:
    with pytest.raises(NoteError, match=r"field divisions: .*subjective"):
        rows.sections({"note": "HPI", "divisions": divisions})
