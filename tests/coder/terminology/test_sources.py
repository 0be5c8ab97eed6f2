"""The curated terms: every code exists, every line has its reason, no two lines disagree, none contradicts a
title.
"""

from collections import defaultdict
from functools import cache

from services.coder.terminology import sources, tabular
from services.coder.terminology.tabular import Node
from services.coder.terminology.words import folder


@cache
def _nodes() -> dict[str, Node]:
    return tabular.read(tabular.source_file())


def _under(code: str) -> str:
    """The tabular entry of a code that may carry a seventh character."""
    return code if code in _nodes() else code[:-1].rstrip("X").rstrip(".")


def test_every_curated_code_exists_and_every_line_has_its_reason() -> None:
    terms = list(sources.curated())
    assert [term for term in terms if _under(term.code) not in _nodes()] == []
    assert [term for term in terms if len(term.reason) < 4] == []
    assert len({(term.code, term.reason) for term in terms}) >= 900
    assert len(terms) >= 5000


def test_no_term_is_given_two_codes() -> None:
    codes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for term in sources.curated():
        codes[folder().stems(term.text)].add(term.code)
    assert {key: found for key, found in codes.items() if len(found) > 1} == {}


def test_a_mesh_concept_joins_by_its_names_only_where_they_agree() -> None:
    known = {"acute abdomen": "R10.0"}
    joined = {term.text: term.code for term in sources.mesh(known)}
    assert joined
    assert all(code == "R10.0" for code in joined.values())


def test_titles_give_their_variants() -> None:
    node = Node("S42.21", "Unspecified displaced fracture of surgical neck of humerus", "S42.2")
    texts = {term.text for term in sources.tabular({node.code: node})}
    assert "fracture of surgical neck of humerus" in texts
