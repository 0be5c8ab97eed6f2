"""The imported Alphabetic Index is searched first: a small one of our own, in CDC's layout."""

import marshal
import shutil
from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.coder import code_note
from services.coder.engine.model import Encounter
from services.coder.terminology import alphabetic, sources
from services.coder.terminology import compile as compiler
from services.coder.terminology.index import Terminology
from services.coder.terminology.tabular import Node
from services.codesets.catalog import CodeSets
from services.codesets.imports.draft import Request
from services.codesets.imports.install import install
from services.codesets.imports.recognise import read_files
from services.codesets.tables.index import IndexEntry

DAY = Encounter(date(2026, 4, 1))
INDEX = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version><title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
<letter><title>A</title>
<mainTerm><title>Cyst<nemod>(colloid) (mucous) (simple)</nemod></title>
<term level="1"><title>sebaceous<nemod>(infected)</nemod></title><code>L72.0</code></term>
<term level="1"><title>pilonidal</title><code>L99.99</code></term></mainTerm>
<mainTerm><title>Urticaria</title><code>L50.9</code>
<term level="1"><title>due to</title>
<term level="2"><title>cold</title><code>L50.2</code></term></term></mainTerm>
<mainTerm><title>Nettle rash</title><see>Urticaria</see></mainTerm>
<mainTerm><title>Frost weals</title><see>Urticaria, cold, due to</see></mainTerm>
<mainTerm><title>Wheals</title><seeAlso>Urticaria</seeAlso></mainTerm>
<mainTerm><title>Pringle's disease or syndrome</title><code>Q85.1</code></mainTerm>
<mainTerm><title>Obesity, obese</title><code>E66.9</code>
<term level="1"><title>morbid</title><see>condition</see></term></mainTerm>
</letter></ICD10CM.index>
"""
NEOPLASM = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version>
<indexHeading><head col="1">Neoplasm</head><head col="2">Malignant Primary</head>
<head col="3">Malignant Secondary</head><head col="5">Benign</head></indexHeading>
<letter><title>N</title><mainTerm><title>Neoplasm, neoplastic</title><term level="1"><title>breast</title>
<cell col="2">C50.9-</cell><cell col="3">C79.81</cell><cell col="5">D24.-</cell></term>
</mainTerm></letter></ICD10CM.index>
"""
DRUG = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version>
<indexHeading><head col="1">Substance</head>
<head col="2">Poisoning Accidental (unintentional)</head><head col="6">Adverse effect</head></indexHeading>
<letter><title>D</title><mainTerm><title>Digoxin</title><cell col="2">T46.0X1</cell>
<cell col="6">T46.0X5</cell>
</mainTerm></letter></ICD10CM.index>
"""
TABULAR = {
    "C50": "Malignant neoplasm of breast",
    "C50.9": "Malignant neoplasm of breast of unspecified site",
    "C79": "Secondary malignant neoplasm of other sites",
    "C79.81": "Secondary malignant neoplasm of breast",
    "D24": "Benign neoplasm of breast",
    "D24.1": "Benign neoplasm of right breast",
    "D24.9": "Benign neoplasm of unspecified breast",
    "E66": "Overweight and obesity",
    "E66.9": "Obesity, unspecified",
    "L50": "Urticaria",
    "L50.1": "Idiopathic urticaria",
    "L50.2": "Urticaria due to cold and heat",
    "L50.9": "Urticaria, unspecified",
    "L72": "Follicular cysts of skin",
    "L72.0": "Epidermal cyst",
    "L72.3": "Sebaceous cyst",
    "Q85": "Phakomatoses",
    "Q85.1": "Tuberous sclerosis",
    "T46.0X1": "Poisoning by cardiac-stimulant glycosides, accidental (unintentional)",
    "T46.0X5": "Adverse effect of cardiac-stimulant glycosides",
}


def _nodes() -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for code, title in TABULAR.items():
        parent = code[:3] if code[:3] in nodes else ""
        seventh = {"A": "initial encounter"} if code[0] == "T" else {}
        nodes[code] = Node(code, title, parent, seventh=seventh)
        if parent:
            nodes[parent].children.append(code)
    return nodes


@pytest.fixture(scope="module")
def vocabulary(coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Terminology:
    """A vocabulary of a few categories and the curated terms of theirs, after the import of three files."""
    folder = tmp_path_factory.mktemp("index")
    shutil.copytree(coder.codesets.folder / "builtin", folder / "builtin")
    for name, text in (("index", INDEX), ("neoplasm", NEOPLASM), ("drug", DRUG)):
        (folder / f"{name}.xml").write_text(text)
        install(read_files((folder / f"{name}.xml",), Request(), coder.codesets.masters).drafts, folder)
    indexes = alphabetic.imported(CodeSets(folder))
    assert sorted(indexes) == ["drug", "index", "neoplasm"]
    assert len(alphabetic.digest(indexes)) > len(alphabetic.digest({}))
    nodes = _nodes()
    others = [*sources.curated(), *sources.tabular(nodes)]
    known = [term for term in others if term.code in nodes]
    indexed = alphabetic.terms({kind: index.entries() for kind, index in indexes.items()}, nodes)
    path = folder / "terminology.bin"
    path.write_bytes(marshal.dumps(compiler.build(nodes, [*known, *indexed])))
    return Terminology(path)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("Sebaceous cyst", "L72.0"),  # curated terms and the tabular list say L72.3
        ("Cyst, sebaceous", "L72.0"),
        ("Infected sebaceous cyst of back", "L72.0"),
        ("Nettle rash", "L50.9"),
        ("Frost weals", "L50.2"),
        ("Wheals", "L50.9"),
        ("Cold urticaria", "L50.2"),
        ("Obese", "E66.9"),
        ("Pringle syndrome", "Q85.1"),
        ("Pringle's disease", "Q85.1"),
        ("Breast cancer", "C50.9"),
        ("Metastasis to breast", "C79.81"),
        ("Benign neoplasm of breast", "D24.9"),
        ("Digoxin poisoning", "T46.0X1A"),
        ("Adverse effect of digoxin", "T46.0X5A"),
    ],
)
def test_it_wins_over_every_other_source(vocabulary: Terminology, phrase: str, code: str) -> None:
    (found,) = code_note(f"ASSESSMENT\n\n1. {phrase}\n", DAY, vocabulary).codes
    assert found.code == code
    assert found.rules[0] == "term.alphabetic-index"


def test_what_the_index_does_not_name_is_found_as_before(vocabulary: Terminology) -> None:
    (found,) = code_note("ASSESSMENT\n\n1. Idiopathic urticaria\n", DAY, vocabulary).codes
    assert (found.code, found.rules) == ("L50.1", ("term.title",))


ENTRY = IndexEntry(("Gout", "knee"), ("acute",), "M10.9", "", "", ())


def test_a_code_that_the_tabular_list_does_not_confirm_is_left_out() -> None:
    assert list(alphabetic.terms({"index": [ENTRY]}, {})) == []


def test_every_term_keeps_its_source_and_every_order_is_said() -> None:
    nodes = {"M10.9": Node("M10.9", "Gout, unspecified", "M10")}
    found = list(alphabetic.terms({"index": [ENTRY]}, nodes))
    said = {"Gout knee", "knee Gout", "Gout knee acute", "acute knee Gout", "knee acute Gout"}
    assert {term.text for term in found} == said
    assert {(term.code, term.source) for term in found} == {("M10.9", sources.PRIORITY[0])}
