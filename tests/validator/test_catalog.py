"""Loading rules: what is refused, what is inherited, what the user's folder adds."""

from datetime import date
from pathlib import Path

import pytest

from services.validator.catalog import builtin, load
from services.validator.errors import BadRule
from services.validator.lint import lint

REQUIRED = """'line.code != "99213"'"""
RULE = """
  - id: mine.one
    title: Something of mine
    reference: our contract
    message: "line {code} is wrong"
    fix: "mend it"
    each: line
    require: 'line.code != "99213"'
    examples:
      - {outcome: pass, set: {lines.0.code: "99214"}}
      - {outcome: fail}
"""


def folder(tmp_path: Path, text: str, name: str = "mine.yaml") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path


def test_the_users_rules_stand_beside_ours(tmp_path: Path) -> None:
    catalog = load(folder(tmp_path, f"rules:{RULE}"))

    assert len(catalog.rules) == len(builtin().rules) + 1
    assert catalog.version != builtin().version


def test_a_payer_inherits_and_leaves_out(tmp_path: Path) -> None:
    head = "payer: mine\ntitle: Mine\ninherits: commercial\npayer_ids: [P77]\n"
    payer = f"{head}without: [commercial.specialist_referral]\nrules:{RULE}"
    catalog = load(folder(tmp_path, payer))

    mine = catalog.payers.of("P77", "medicare")

    assert mine.name == "mine"
    assert mine.lineage == ("base", "commercial", "mine")
    assert mine.filing is not None
    assert mine.filing.days == 180
    assert [rule.id for rule in catalog.by_payer["mine"]] == [
        "payer.telehealth_place",
        "commercial.imaging_authorisation",
        "commercial.telehealth_modifier",
        "commercial.member_id_prefix",
        "mine.one",
    ]


def test_a_payer_of_our_name_takes_our_place(tmp_path: Path) -> None:
    catalog = load(
        folder(
            tmp_path,
            "payer: commercial\ntitle: Ours\ninherits: base\nkinds: [commercial]\nfiling: {days: 90}\n",
        )
    )

    payer = catalog.payers.of("", "commercial")

    assert (payer.title, payer.filing and payer.filing.days) == ("Ours", 90)


BAD = [
    ("rules: [", "is not YAML"),
    ("rules: 3", "mine.yaml: rules"),
    (f"rules:{RULE}    shadwo: true\n", "mine.one.shadwo: Extra inputs are not permitted"),
    (
        f"rules:{RULE.replace('line.code !=', 'line.cod !=')}",
        "mine.one: require: 1:5: undeclared reference to 'line.cod'",
    ),
    (f"rules:{RULE.replace('!= ', '!= 9 + ')}", "mine.one: require"),
    (
        f"rules:{RULE.replace(REQUIRED, 'line.code')}",
        "not true or false",
    ),
    (f"rules:{RULE.replace('{code}', '{kode}')}", "message: there is no field {kode}"),
    (f"rules:{RULE}{RULE}", "another rule has this id"),
    (f"rules:{RULE.replace('mine.one', 'ncci.ptp')}", "another rule has this id"),
    (f"rules:{RULE.replace('mine.one', 'Mine')}", "id: String should match"),
    (f"rules:{RULE}    check: nothing\n", "there is no check 'nothing'"),
    (f"rules:{RULE}    check: units\n", "has both a check and an expression"),
    (f"rules:{RULE.replace('require', 'when')}", "needs a check or an expression"),
    (f"rules:{RULE}    effective: {{from: soon}}\n", "effective.from"),
    ("payer: mine\ntitle: Mine\ninherits: nobody\n", "inherits from an unknown payer: nobody"),
    ("payer: mine\ntitle: Mine\ninherits: mine\n", "inherits from itself"),
    (
        "rules:\n  - {id: a.b, title: t, reference: ref, message: m, fix: do it, check: ptp}\n",
        "a.b: with: KeyError 'modifiers'",
    ),
]


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_a_bad_file_is_refused_whole(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadRule) as caught:
        load(folder(tmp_path, text))

    assert reason in str(caught.value)
    assert "mine" in str(caught.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRule, match="is not a folder"):
        load(tmp_path / "nowhere")


def remarks(tmp_path: Path, text: str) -> dict[str, str]:
    catalog = load(folder(tmp_path, text))
    return {
        remark.rule: remark.what
        for remark in lint(catalog, date(2026, 11, 21))
        if remark.rule.startswith("mine")
    }


def test_our_own_rules_have_no_errors() -> None:
    assert [remark for remark in lint(builtin(), date(2026, 11, 21)) if remark.error] == []


def test_lint_finds_what_is_likely_wrong(tmp_path: Path) -> None:
    other = RULE.replace("mine.one", "mine.two")
    dead = (
        RULE.replace("mine.one", "mine.dead").replace("99213", "1")
        + "    effective: {from: 2026-01-01, to: 2025-01-01}\n"
    )
    old = RULE.replace("mine.one", "mine.old").replace("99213", "2") + "    effective: {to: 2014-01-01}\n"
    silent = RULE.replace("mine.one", "mine.silent").replace("99213", "3").partition("    examples")[0]
    span = RULE.replace("mine.one", "mine.span").replace("99213", "4") + "    scope: {codes: [99215-99202]}\n"

    assert remarks(tmp_path, f"rules:{RULE}{other}{dead}{old}{silent}{span}") == {
        "mine.two": "overlaps mine.one: both ask the same of the same claims",
        "mine.dead": "dead dates: it ends before it begins",
        "mine.old": "dead dates: it ended on 2014-01-01, before any claim",
        "mine.silent": "has no example that gives fail or pass",
        "mine.span": "scope: 99215-99202 is no range of codes",
    }


def test_rules_with_other_scopes_do_not_overlap(tmp_path: Path) -> None:
    one = RULE + "    scope: {codes: [99202-99205]}\n"
    two = RULE.replace("mine.one", "mine.two") + "    scope: {codes: [99211-99215]}\n"

    assert remarks(tmp_path, f"rules:{one}{two}") == {}
