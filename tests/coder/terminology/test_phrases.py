"""Packed terms: what is found among some words has all its words there, and nothing else is; a line is the
term with its very words.
"""

from hypothesis import given
from hypothesis import strategies as st

from services.coder.terminology.phrases import Exact, Phrases, Term, pack, pack_exact

WORDS = [f"w{number:03d}" for number in range(300)]  # more than the bits of the mask, and than a byte counts
WORD = st.sampled_from(WORDS)
KEYS = st.sets(st.frozensets(WORD, min_size=1, max_size=5), max_size=40)


def packed(keys: set[frozenset[str]]) -> Phrases:
    terms: dict[str, list[Term]] = {}
    for number, key in enumerate(sorted(keys, key=sorted)):
        words = sorted(key)
        terms.setdefault(words[0], []).append((words, f"A{number:02d}.1", number % 10, len(words)))
    return Phrases(pack(terms, WORDS), WORDS)


@given(KEYS, st.sets(WORD, max_size=120), st.sets(st.text(max_size=3)))
def test_the_terms_all_of_whose_words_are_there(
    keys: set[frozenset[str]], there: set[str], unknown: set[str]
) -> None:
    phrases = packed(keys)
    found = phrases.among(there | unknown)
    assert sorted(sorted(phrase.stems) for phrase in found) == sorted(
        sorted(key) for key in keys if key <= there
    )


@given(KEYS)
def test_a_term_is_what_was_packed(keys: set[frozenset[str]]) -> None:
    found = {phrase.stems: phrase for phrase in packed(keys).among(WORDS)}
    for number, key in enumerate(sorted(keys, key=sorted)):
        phrase = found[key]
        assert phrase.words[0] == min(key)
        assert sorted(phrase.words) == sorted(key)
        assert (phrase.code, phrase.rank, phrase.weight) == (f"A{number:02d}.1", number % 10, len(key))


def test_a_phrase_is_made_once() -> None:
    phrases = packed({frozenset(WORDS[:2])})
    assert phrases.among(WORDS)[0] is phrases.among(WORDS[:2])[0]


LINES = st.lists(WORD, min_size=1, max_size=40).map(tuple)
ENTRY = st.tuples(st.from_regex(r"[A-Z][0-9]{2}(\.[0-9A-Z]{1,4})?", fullmatch=True), st.integers(0, 9))


@given(st.dictionaries(LINES, ENTRY, max_size=60), st.lists(st.lists(WORD | st.text(max_size=3), max_size=4)))
def test_a_line_is_the_term_with_its_very_words(
    terms: dict[tuple[str, ...], tuple[str, int]], others: list[list[str]]
) -> None:
    exact = Exact(pack_exact(terms, WORDS), {word: number for number, word in enumerate(WORDS)})
    for line in (*terms, *others, *(key[:-1] for key in terms), *(key[::-1] for key in terms)):
        assert exact.get(list(line)) == terms.get(tuple(line))
