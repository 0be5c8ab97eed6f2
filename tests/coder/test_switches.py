"""A customer's switches: defaults, what they leave out, external causes."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli import main
from services.coder.batch import Coder
from services.coder.engine.model import Encounter
from services.coder.engine.tables import table
from services.coder.errors import SwitchError
from services.coder.site import site_rules
from services.coder.switches import DEFAULTS, parsed
from services.contracts.coding import Route
from tests.coder.encounter.build import CPT, Life, charge, encounter, tables

ON = Encounter(date(2026, 10, 1))
STORY = (
    "HISTORY OF PRESENT ILLNESS\nShe was playing volleyball yesterday and fell onto her arm.\n\n"
    "ASSESSMENT\n1. Sprain of the right wrist.\n"
)


def causes(coder: Coder, note: str, value: str = "on") -> list[str]:
    """The external causes that are coded of a note."""
    other = Coder(coder.vocabulary, coder.codesets, coder.threshold, parsed([f"external_causes={value}"]))
    return [code.code for code in other.code(note, ON).codes if code.code[0] in "VWXY"]


def story(text: str) -> str:
    return f"HISTORY OF PRESENT ILLNESS\n{text}\n\nASSESSMENT\n1. Sprain of the right wrist.\n"


def test_external_causes_are_not_reported_unless_asked_for(coder: Coder) -> None:
    assert causes(coder, STORY, "off") == []
    assert causes(coder, STORY) == ["W01.0XXA", "Y93.68"]


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("She slipped on a patch of ice in her driveway.", ["W00.0XXA", "Y92.014"]),
        ("He fell off a ladder while working on the roof of a client at work.", ["W11.XXXA", "Y99.0"]),
        ("He was the driver in a motor vehicle accident.", ["V49.40XA"]),
        ("She was a pedestrian and was hit by a car while crossing the street.", ["V03.10XA", "Y92.410"]),
        ("He was bitten by a dog.", ["W54.0XXA"]),
        ("Pain began after lifting heavy boxes.", ["X50.0XXA"]),
        ("He was assaulted.", ["Y09"]),
        ("She has a history of falls. Her wrist hurts.", []),
        ("She denies a fall. Her wrist hurts.", []),
    ],
)
def test_mechanism_place_and_status_come_from_the_story(coder: Coder, told: str, codes: list[str]) -> None:
    assert causes(coder, story(told)) == codes


def test_without_an_injury_there_is_no_cause(coder: Coder) -> None:
    assert causes(coder, "HPI\nHe fell off a ladder.\n\nASSESSMENT\n1. Essential hypertension.\n") == []


def test_the_seventh_character_follows_the_injury(coder: Coder) -> None:
    later = STORY.replace(
        "Sprain of the right wrist", "Sprain of the right wrist, healing, subsequent encounter"
    )
    assert causes(coder, later, "first-injury-visit") == []
    assert [code[-1] for code in causes(coder, later)] == ["D"]


def test_every_external_cause_of_the_table_is_billable(coder: Coder) -> None:
    valid = coder.codesets.icd10cm(ON.on).valid
    data = table("external_causes")
    for row in data["mechanisms"]:
        assert valid(row["code"] if len(row["code"]) == 3 else row["code"] + "A"), row
    for name in ("place", "activity", "status"):
        assert all(valid(row["code"]) for row in data[name])


@pytest.mark.parametrize(
    ("name", "note", "code"),
    [
        ("tobacco", "ASSESSMENT\n1. COPD.\n2. Tobacco use.\n", "Z72.0"),
        ("personal_history", "ASSESSMENT\n1. COPD.\n2. History of breast cancer.\n", "Z85.3"),
        ("family_history", "ASSESSMENT\n1. COPD.\n2. Family history of colon cancer.\n", "Z80.0"),
        ("bmi", "VITALS\nBMI 41.\n\nASSESSMENT\n1. COPD.\n2. Morbid obesity.\n", "Z68.41"),
    ],
)
def test_a_switch_leaves_its_codes_out(coder: Coder, name: str, note: str, code: str) -> None:
    off = Coder(coder.vocabulary, coder.codesets, coder.threshold, parsed([f"{name}=off"]))
    before, after = ([c.code for c in each.code(note, ON).codes] for each in (coder, off))
    assert code in before
    assert after == [c for c in before if c != code]


def test_a_switch_that_is_not_known_is_told() -> None:
    with pytest.raises(SwitchError, match="external_causes"):
        parsed(["colour=red"])
    with pytest.raises(SwitchError, match="first-injury-visit"):
        parsed(["external_causes=maybe"])
    done = CliRunner().invoke(main, ["code", "-", "--switch", "colour=red"], input="")
    assert done.exit_code == 1
    assert "there are external_causes" in done.output


def test_a_site_switches_in_its_file(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(
        "coder: {switches: {external_causes: on}}\nplace_of_service: {by_class: {virtual: '10'}}\n"
    )
    rules = site_rules(tmp_path)
    assert rules.switches.value("external_causes") == "on"
    assert rules.virtual_place == "10"
    site.write_text("coder: {switches: {bmi: maybe}}\n")
    with pytest.raises(SwitchError, match=r"site\.yaml"):
        site_rules(tmp_path)
    assert site_rules(tmp_path / "none").switches is DEFAULTS


def test_undercoding_waits_only_where_the_customer_wants_it() -> None:
    note = (
        "ASSESSMENT AND PLAN\n1. Type 2 diabetes mellitus without complications. Continue metformin.\n"
        "2. Essential hypertension. Continue lisinopril.\n"
    )
    event = encounter(note=note, charges=[charge("99213", CPT)])
    life = Life()
    assert life.code(event).lines[0].route is Route.AUTO
    strict = tables()
    site = strict.site._replace(switches=parsed(["undercoding_review=on"]))
    other = Life(
        type(strict)(strict.vocabulary, strict.codesets, strict.charge_master, strict.threshold, site)
    )
    assert other.code(event).lines[0].route is Route.REVIEW
