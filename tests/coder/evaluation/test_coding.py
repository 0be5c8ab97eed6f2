"""The score of notes: what is right for the gate, what stands first, what a person is asked about."""

from math import isnan

from services.coder.batch import Coder
from services.coder.evaluation.coding import Speed, report, score

NOTE = "ASSESSMENT\n\n1. Left knee osteoarthritis.\n2. Hypertension.\n"


def test_the_gate_takes_a_code_below_a_header_for_right(coder: Coder) -> None:
    total = score(
        coder, [{"note": NOTE, "icd10cm": ["M17", "I10"]}, {"note": NOTE, "icd10cm": ["M17.11", "I10"]}]
    )
    assert [right for _, right in total.judged] == [True, True, False, True]
    measured = report(total, Speed(1, 2), 0.95, 0.0)
    assert (measured["full"]["f1"], measured["category"]["f1"]) == (0.5, 1.0)
    assert measured["gate"] == {"promise": 0.95, "threshold": 0.0, "precision": 0.75, "coverage": 1.0}
    assert (measured["notes_per_second_first_read"], measured["notes_per_second"]) == (2, 1)


def test_what_stands_first_is_asked_of_notes_with_labels(coder: Coder) -> None:
    rows = [{"note": NOTE, "icd10cm": gold} for gold in (["M17.12", "I10"], ["I10", "M17.12"], [])]
    assert report(score(coder, rows), Speed(1, 1), 0.95, 1.0)["first_listed"] == 0.5
    empty = report(score(coder, [{"note": "", "icd10cm": []}]), Speed(1, 1), 0.95, 1.0)
    assert isnan(empty["first_listed"])
    assert isnan(empty["evidence_valid"])
