"""The compiled vocabulary: opened fast, small, and the same whenever it is built."""

import subprocess
import sys
import time
from itertools import chain
from pathlib import Path
from sys import intern

import pytest

from services.coder.terminology import compile as compiler
from services.coder.terminology import index, tabular
from services.coder.terminology.index import Terminology


def test_it_opens_in_well_under_a_second() -> None:
    path = compiler.compiled_file()
    begun = time.perf_counter()
    Terminology(path)
    assert time.perf_counter() - begun < 1.0


def test_a_process_that_codes_stays_under_200_megabytes() -> None:
    program = (
        "import datetime\n"
        "from services.coder.batch import opened\n"
        "from services.coder.engine.model import Encounter\n"
        "coder = opened()\n"
        "found = coder.code('ASSESSMENT\\n1. Hypertension.\\n', Encounter(datetime.date(2026, 10, 1)))\n"
        "assert [c.code for c in found.codes] == ['I10']\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200 * 1024


def test_the_tree_and_its_steps(vocabulary: Terminology) -> None:
    entry = vocabulary.entry("M17.11")
    assert entry is not None
    assert entry.title == "Unilateral primary osteoarthritis, right knee"
    assert entry.parent == "M17.1"
    assert vocabulary.entry("X99.99Z") is None
    assert vocabulary.sided("M17")
    assert not vocabulary.sided("I10")
    assert [step[0] for step in vocabulary.steps("M17.1")] == ["M17.10", "M17.11", "M17.12"]
    assert vocabulary.steps("M17.11") == vocabulary.steps("X99.99Z") == ()


def test_every_code_of_the_tabular_list_is_there(vocabulary: Terminology) -> None:
    for code, node in tabular.read(tabular.source_file()).items():
        entry = vocabulary.entry(code)
        assert entry is not None
        assert entry.code is intern(code)  # as are those of terms and rules
        assert (entry.title, entry.parent, entry.seventh) == (node.title, node.parent, node.seventh)
        assert [step[0] for step in entry.steps] == node.children
        assert all(
            word is intern(word) for _, ways, unsaid, _ in entry.steps for word in chain(*ways, unsaid)
        )


def test_compiling_twice_gives_the_same_vocabulary() -> None:
    assert compiler.digest() == compiler.digest()


@pytest.mark.parametrize("content", [b"", b"\x00\x00", None])
def test_a_vocabulary_that_was_cut_short_is_made_anew(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = compiler.compiled_file()
    short = tmp_path / whole.name
    short.write_bytes(whole.read_bytes()[:1000] if content is None else content)
    monkeypatch.setattr(compiler, "compiled_file", lambda *, anew=False: whole if anew else short)
    assert index.terminology.__wrapped__().knows("gout")
