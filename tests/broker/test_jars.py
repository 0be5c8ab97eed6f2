import os
from pathlib import Path

import pytest

from services.broker import InstallFailed, ToolMissing, jars
from tests.broker.test_toolchain import program

# A Maven that notes each call and puts one jar where `-Dlibs=` says.
MAVEN = """
echo called >> "$(dirname "$0")/calls"
for argument; do case $argument in -Dlibs=*) libs=${argument#-Dlibs=};; esac; done
mkdir -p "$libs" && touch "$libs/kafka_2.13-4.4.0.jar" "$libs/another-1.jar"
"""
FAILING = "echo '[INFO] working'; echo '[ERROR] Could not transfer artifact'; exit 1"


@pytest.fixture
def pom(tmp_path: Path) -> Path:
    path = tmp_path / "pom.xml"
    path.write_text("<project/>")
    return path


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> Path:
    program(folder, "mvn", script)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder / "calls"


def test_jars_are_fetched_once_and_again_when_the_pom_changes(
    tmp_path: Path, pom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, target = use(monkeypatch, tmp_path / "bin", MAVEN), tmp_path / "target"
    assert not jars.installed(target, pom)
    fetched = jars.ensure(target, pom)
    assert [jar.name for jar in fetched] == ["another-1.jar", "kafka_2.13-4.4.0.jar"]
    assert jars.version(fetched) == "4.4.0"
    assert jars.ensure(target, pom) == fetched
    assert calls.read_text() == "called\n"

    (target / "kafka.jsa").write_text("an archive of other jars")
    pom.write_text("<project>newer</project>")
    assert not jars.installed(target, pom)
    jars.ensure(target, pom)
    assert calls.read_text() == "called\ncalled\n"
    assert not (target / "kafka.jsa").exists()


def test_a_failing_maven_says_why_and_leaves_no_half_install(
    tmp_path: Path, pom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path / "bin", FAILING)
    with pytest.raises(InstallFailed, match=r"(?s)exit 1.*Could not transfer artifact.*mvn -f") as caught:
        jars.ensure(tmp_path / "target", pom)
    assert "working" not in caught.value.message
    assert not jars.installed(tmp_path / "target", pom)


def test_without_maven_nothing_is_fetched(tmp_path: Path, pom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="No mvn"):
        jars.ensure(tmp_path / "target", pom)
