"""The measurement of the classification's own phrases: what it counts, leaves out and gives as reason."""

from datetime import date

from services.coder.batch import Coder
from services.coder.evaluation import phrases, reasons
from services.coder.evaluation.phrases import Phrase
from services.coder.terminology.tabular import Node

NODES = {
    "K40": Node("K40", "Inguinal hernia", "", terms=("ruptured hernia",)),
    "S92.30": Node("S92.30", "Fracture of foot", "S92.3", seventh={"K": "with nonunion"}),
    "A69.22": Node("A69.22", "Neurologic disorder in Lyme disease", "A69.2", terms=("Polyneuropathy",)),
    "Z17.22": Node("Z17.22", "Progesterone receptor negative status", "Z17.2", terms=("PR-",)),
}


def test_titles_terms_and_seventh_characters_are_phrases() -> None:
    assert list(phrases.phrases(NODES))[:4] == [
        Phrase("K40", "Inguinal hernia", "title"),
        Phrase("K40", "ruptured hernia", "inclusion term"),
        Phrase("S92.30", "Fracture of foot", "title"),
        Phrase("S92.30XK", "Fracture of foot, with nonunion", "seventh character"),
    ]


def test_a_code_not_in_force_is_not_counted_and_a_miss_has_its_reason(coder: Coder) -> None:
    told = [
        Phrase("K40", "Inguinal hernia", "title"),
        Phrase("M72.20", "Plantar fasciitis", "title"),
        Phrase("A69.22", "Polyneuropathy", "inclusion term"),
        Phrase("Z17.22", "PR-", "inclusion term"),
        Phrase("Z85.3", "Conditions classifiable to C50.-", "inclusion term"),
    ]
    result = phrases.measure(coder, told, NODES, date(2026, 4, 1))
    assert (result.outside, result.counts) == (1, {"title": 1, "inclusion term": 3})
    assert [miss.reason for miss in result.misses] == [
        reasons.CONVENTION,
        reasons.MARKS,
        reasons.INSTRUCTION,
    ]
    assert (result.share("title"), result.share()) == (1.0, 0.25)
    assert "| A69.22 | Polyneuropathy | G62.9 |" in phrases.page([result])
