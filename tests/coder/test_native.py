"""The machine code of the coder: of these very sources or not at all, and to the same codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.compiling import compile_
from services.coder import build_native
from services.coder.errors import NoCompiler
from services.coder.native import CODER, SWITCH, Native
from tests.coder.notes.load import notes

ASKED = """\
import sys
from pathlib import Path
from services.coder.native import Native
sys.path.insert(0, sys.argv[1])
Native(Path(sys.argv[1]) / "clinic", ("*/[!_]*.py",)).use()
from clinic.ward import beds
print(beds.__file__.rpartition(".")[2], beds.free(2))
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Native:
    """A package with two modules to compile."""
    ward = tmp_path / "clinic" / "ward"
    ward.mkdir(parents=True)
    (ward.parent / "__init__.py").touch()
    (ward / "__init__.py").touch()
    (ward / "beds.py").write_text(
        "from clinic.ward.size import BEDS\n\n\ndef free(taken: int) -> int:\n    return BEDS - taken\n"
    )
    (ward / "size.py").write_text("BEDS = 7\n")
    return Native(ward.parent, ("*/[!_]*.py",))


def _asked(native: Native, switch: str = "") -> list[str]:
    """The kind of file that a new process imports the module from, and what its function answers."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED, native.root],
        env={**os.environ, SWITCH: switch},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_machine_code_is_used_only_while_it_is_of_the_very_sources(clinic: Native) -> None:
    assert _asked(clinic) == ["py", "5"]
    if not build_native.possible():
        with pytest.raises(NoCompiler, match="install"):
            build_native.build(clinic)
        return
    first = build_native.build(clinic)
    assert _asked(clinic) == ["so", "5"]
    assert _asked(clinic, switch="0") == ["py", "5"]
    source = clinic.here / "ward" / "size.py"
    source.write_text(source.read_text().replace("7", "9"))
    assert _asked(clinic) == ["py", "7"]
    second = build_native.build(clinic)
    assert _asked(clinic) == ["so", "7"]
    assert [second] == list(second.parent.iterdir()), "what was of the earlier source is gone"
    assert first != second


def test_without_a_compiler_it_says_what_to_install(clinic: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NoCompiler, match=r"C compiler .*apt-get install gcc"):
        build_native.build(clinic)
    assert not clinic.folder().parent.exists()
    assert CliRunner().invoke(compile_, ["--force"]).exit_code == 1
    told = CliRunner().invoke(compile_, ["--force", "--optional"])
    assert told.exit_code == 0
    assert "interpreted" in told.output


def test_both_ways_give_the_same_bytes(tmp_path: Path) -> None:
    asked = tmp_path / "notes.ndjson"
    asked.write_text("".join(json.dumps(note.request()) + "\n" for note in notes()))
    assert CODER.folder().is_dir() == build_native.possible(), (
        "the coder's sources changed: claimstream compile"
    )
    answers = {
        switch: subprocess.run(
            [sys.executable, "-m", "services.cli", "code", str(asked)],
            env={**os.environ, SWITCH: switch},
            capture_output=True,
            check=True,
        ).stdout
        for switch in ("0", "1")
    }
    assert answers["0"].count(b"\n") == len(notes())
    assert answers["0"] == answers["1"]


def test_the_coder_is_compiled_whole() -> None:
    names = {path.relative_to(CODER.here).as_posix() for path in CODER.sources()}
    assert {"engine/coder.py", "reading/note.py", "terminology/words.py"} <= names
    assert not any(Path(name).name.startswith("_") for name in names)
