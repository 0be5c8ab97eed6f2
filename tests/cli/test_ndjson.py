"""Lines in, lines out: every line is answered or named, and a file that is none of lines is told shortly."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from services.cli import main
from services.cli.ndjson import Faults, arriving, rows_of

SENTENCE = {"sentence": "No fever.", "concept": "fever"}
ASKED = json.dumps({"id": 1, **SENTENCE}) + "\n"


class Drops(io.BytesIO):
    """A stream that gives some bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self.size = size

    def read1(self, _: int | None = -1) -> bytes:
        return self.read(self.size)


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line), min_size=1), st.integers(1, 9))
def test_lines_are_the_same_however_they_arrive(lines: list[bytes], size: int) -> None:
    assert [line for some in arriving(Drops(b"\n".join(lines), size)) for line in some] == lines


def test_a_line_that_comes_alone_does_not_wait_for_more() -> None:
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as stream, os.fdopen(sink, "wb", buffering=0) as sender:
        sender.write(b"one\ntw")
        lines = arriving(stream)
        assert next(lines) == [b"one"]
        sender.write(b"o\nthree\nfour\n")
        assert next(lines) == [b"two", b"three", b"four"]


def told(content: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[list[int], list[str]]:
    """The numbers of the rows that are read, and what is said of the others."""
    faults = Faults()
    read = [number for number, _ in rows_of(content.split(b"\n"), faults)]
    if faults.count:
        with pytest.raises(SystemExit):
            faults.end()
    return read, capsys.readouterr().err.splitlines()


def test_a_byte_order_mark_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(b'\xef\xbb\xbf{"id":1}\n\n{"id":2}\n', capsys) == ([1, 3], [])


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le"])
def test_another_encoding_is_told_as_such(encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = json.dumps({"note": "M\u00e9ni\u00e8re"}, ensure_ascii=False) + "\n"
    read, said = told(line.encode(encoding) * 9, capsys)
    assert read == []
    assert said[0] == "line 1: not UTF-8: save the file as UTF-8"
    assert len(said) == 4


def test_a_file_of_one_object_is_told_shortly(capsys: pytest.CaptureFixture[str]) -> None:
    read, said = told(json.dumps([{"id": 1, "note": "Secretname"}] * 50, indent=1).encode(), capsys)
    assert read == []
    assert len(said) == 4
    assert all("each line must be one JSON object" in each for each in said)
    assert said[-1].startswith("lines 4-202: ")
    assert "Secretname" not in "".join(said)


def test_lines_between_good_ones_are_all_named(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [b"5" if number in {2, 4, 6, 8, 9, 11} else b"{}" for number in range(1, 12)]
    read, said = told(b"\n".join(lines), capsys)
    assert read == [1, 3, 5, 7, 10]
    assert [each.partition(":")[0] for each in said] == ["line 2", "line 4", "line 6", "lines 8-9, 11"]


def run(*rows: object) -> tuple[list[object], list[str], int]:
    done = CliRunner().invoke(main, ["context", "-"], input="\n".join(map(json.dumps, rows)))
    answered = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    return answered, done.stderr.splitlines(), done.exit_code


def test_an_id_is_a_string_or_an_integer_of_64_bits() -> None:
    ids: tuple[object, ...] = ("a", 2**63, 2**80, 1.5, True, {}, [])
    rows = [{"id": ident, **SENTENCE} for ident in ids]
    answered, said, status = run(*rows)
    assert answered == ["a", 2**63]
    assert [each.partition(":")[0] for each in said] == [f"line {number}" for number in range(3, 8)]
    assert all("field id" in each for each in said)
    assert status == 1


def test_what_is_odd_is_said_once_and_answered() -> None:
    answered, said, status = run(
        SENTENCE, SENTENCE, {"id": 1, "Dat": 1, **SENTENCE}, {"id": 1, "Dat": 2, "Jane Doe": 3, **SENTENCE}
    )
    assert answered == [None, None, 1, 1]
    assert said == [
        "line 1: field id: missing; the answer's is null",
        "line 3: field Dat: not read; there are concept, id, sentence",
        "line 4: field (of another name): not read; there are concept, id, sentence",
        "line 4: field id: an earlier line has the same",
    ]
    assert status == 0


def test_an_answer_does_not_wait_for_the_next_line() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-m", "services.cli", "context", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(ASKED)
        assert json.loads(process.stdout.readline())["negated"] is True
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize(
    ("redirected", "said"),
    [
        ("<&-", "standard input is closed"),
        (">&-", "standard output is closed"),
        (">/dev/full", "No space left on device"),
    ],
)
def test_without_a_stream_it_says_so(redirected: str, said: str, tmp_path: Path) -> None:
    asked = tmp_path / "asked.ndjson"
    asked.write_text(ASKED)
    file = "-" if redirected == "<&-" else str(asked)
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirected}', "sh", sys.executable, "-m", "services.cli", "context", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
    assert done.returncode in {1, 2}
