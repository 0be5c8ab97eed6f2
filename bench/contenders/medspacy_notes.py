"""medspaCy over a file of notes with our dictionary, in the bench's venv: terms, their context, sections."""

import json
import sys
from collections import deque
from pathlib import Path

import spacy
from medspacy.context import ConText  # noqa: F401 (registers the component)
from medspacy.section_detection import Sectionizer  # noqa: F401 (registers the component)
from medspacy.target_matcher import TargetMatcher, TargetRule

from bench.contenders.rates import rates


def main(corpus: str, dictionary: str, sentences: str) -> None:
    """Print one line of JSON."""
    rows = [json.loads(line) for line in Path(corpus).read_text(encoding="utf-8").splitlines()]
    if sentences == "medspacy_pyrush":
        import medspacy.sentence_splitting  # noqa: F401, PLC0415 (registers the component)
    nlp = spacy.blank("en")
    nlp.add_pipe(sentences)
    matcher = nlp.add_pipe("medspacy_target_matcher")
    assert isinstance(matcher, TargetMatcher)
    terms = json.loads(Path(dictionary).read_text(encoding="utf-8"))
    matcher.add([TargetRule(text, code) for text, code in terms.items()])
    nlp.add_pipe("medspacy_context")
    nlp.add_pipe("medspacy_sectionizer")
    nlp(rows[0]["note"])
    print(json.dumps(rates(rows, lambda rows: deque(nlp.pipe(row["note"] for row in rows), maxlen=0))))


if __name__ == "__main__":
    main(*sys.argv[1:])
