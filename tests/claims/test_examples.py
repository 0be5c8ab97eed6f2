"""From encounters to files that parsers of others accept: the whole way, with the example site."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli import main
from services.contracts.resources import folder
from services.pipeline.synthea import patients
from tests.claims.x12.oracles import pyx12_errors, x12sdk_claims


def run(*arguments: str | Path) -> Result:
    """A command, to its end."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


def claims_of(out: Path, *sources: Path) -> Path:
    """The claims that the pipeline makes of these encounters."""
    done = run("run", *sources, "--out", out, "--site", folder("examples") / "site")
    assert done.exit_code == 0, done.output
    return out / "claims.ndjson"


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The claims of the examples."""
    return claims_of(tmp_path_factory.mktemp("run"), folder("examples") / "bundles")


def accepted(claims: Path, out: Path) -> int:
    """How many files are written without a gap, and without a finding of ours, of pyx12 or of x12sdk."""
    wrote = run("x12", "write", claims, "--out", out, "--json")
    assert wrote.exit_code == 0, wrote.output
    files = sorted(out.glob("*.x12"))
    assert len(files) == len(wrote.stdout.splitlines())
    checked = run("x12", "check", *files)
    assert checked.exit_code == 0, checked.output
    for file in files:
        assert pyx12_errors(file) == [], file.name
        assert len(x12sdk_claims(file)) == file.read_text().count("~CLM*"), file.name
    return len(files)


def test_every_claim_of_the_examples_is_accepted(claims: Path, tmp_path: Path) -> None:
    assert accepted(claims, tmp_path) > 3


@pytest.mark.soak
def test_every_claim_of_twenty_synthetic_lives_is_accepted(tmp_path: Path) -> None:
    claims = claims_of(tmp_path / "run", patients(20, 42, tmp_path / "lives"))
    assert accepted(claims, tmp_path / "x12") > 5


def test_writing_again_gives_the_same_bytes(claims: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("x12", "write", claims, "--out", tmp_path / name)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [(each.name, each.read_bytes()) for each in one] == [
        (each.name, each.read_bytes()) for each in two
    ]
