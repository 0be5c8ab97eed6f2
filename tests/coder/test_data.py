"""The coder's YAML tables say what their author meant, whichever of PyYAML's parsers reads them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import services.coder

_TABLES = sorted((Path(services.coder.__file__).parent / "data").rglob("*.yaml"))


def _elements(value: Any) -> Iterator[Any]:
    """What stands in a list, at any depth."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _elements(inner)
    elif isinstance(value, list):
        yield from (inner for inner in value if not isinstance(inner, dict | list))
        for inner in value:
            yield from _elements(inner)


def test_every_word_of_a_list_is_a_word() -> None:
    # By the parser in Python: it is stricter than libyaml, and all there is where PyYAML came without it.
    # YAML 1.1 reads a bare «on», «off», «no» as a truth value: such a word would never be found in a note.
    for path in _TABLES:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        wrong = [each for each in _elements(read) if each is None or isinstance(each, bool)]
        assert not wrong, f"{path.name}: quote the word"
