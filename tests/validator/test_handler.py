"""The handler: dispositions, overrides, repeats, what it remembers of a patient."""

import pytest

from services.contracts.base import Outcome
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Disposition, ValidatedEncounter
from services.contracts.work import Decision, WorkStatus
from services.stage.errors import Rejected
from services.validator.handler import ValidatorHandler
from services.validator.validate import Validator
from tests.validator.build import Bench, decision, inpatient, office


@pytest.fixture
def bench(validator: Validator) -> Bench:
    return Bench(ValidatorHandler(validator))


def failed(event: ValidatedEncounter) -> list[str]:
    return [finding.rule for finding in event.findings if finding.outcome is Outcome.FAIL]


def test_a_plain_office_visit_is_clean_and_says_what_was_not_checked(bench: Bench) -> None:
    event = bench.judged(office())

    assert event.disposition is Disposition.CLEAN
    assert event.days_left == 362
    assert event.passed > 20
    assert failed(event) == []
    assert "ncci.ptp" in {one.rule for one in event.findings if one.outcome is Outcome.NOT_CHECKED}


def test_a_plain_admission_is_clean(bench: Bench) -> None:
    assert bench.judged(inpatient()).disposition is Disposition.CLEAN


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"visit__status": "cancelled"}, "the visit was cancelled"),
        ({"visit__status": "in_progress"}, "the visit is not finished"),
        ({"lines": []}, "no charges were posted"),
        ({"coverages": []}, "no coverage was active on 2026-03-02: nothing to bill to a payer"),
        ({"coverages__0__payer_kind": "self_pay"}, "self-pay on 2026-03-02: nothing to bill to a payer"),
        (
            {"coverages__0__period_end": "2026-03-01"},
            "no coverage was active on 2026-03-02: nothing to bill to a payer",
        ),
        (
            {"visit__start": "2015-09-30T09:00:00Z"},
            "service of 2015-09-30, before 2015-10-01: no ICD-10-CM was in force",
        ),
    ],
)
def test_not_billable_is_stated(bench: Bench, changes: dict[str, object], reason: str) -> None:
    emits = bench.give(office(**changes))

    assert [type(emit.event) for emit in emits] == [ValidatedEncounter]
    assert emits[0].event.disposition is Disposition.NOT_BILLABLE
    assert emits[0].event.reason == reason


def test_every_reason_of_a_hold_is_on_one_item(bench: Bench) -> None:
    coded = office(lines__0__units="1.5", codes__1={"code": "E10.9"}, patient__address__postal_code="0211")

    emits = bench.give(coded)
    event, item = emits[0].event, emits[1].event

    assert event.disposition is Disposition.HELD
    assert [reason.rule for reason in item.reasons] == ["address.form", "diagnosis.excludes1", "line.units"]
    assert (item.queue, item.owner_role) == ("registration", "patient access representative")
    assert (str(item.dollars), item.days_left, str(item.file_by)) == ("150.00", 362, "2027-03-02")
    assert item.priority == 3
    assert str(item.reasons[2].amount) == "150.00"


def test_what_only_the_source_can_mend_is_rejected(bench: Bench) -> None:
    assert bench.judged(office(coverages__0__member_id="")).disposition is Disposition.REJECTED


def test_an_item_is_urgent_when_few_days_are_left(bench: Bench) -> None:
    (item,) = bench.items(office(lines__0__units="1.5", event_time="2027-02-27T00:00:00Z"))

    assert (item.priority, item.days_left) == (1, 3)


def test_a_later_version_closes_the_item(bench: Bench) -> None:
    (opened,) = bench.items(office(lines__0__units="1.5"))
    (closed,) = bench.items(office(version=2, event_time="2026-03-09T00:00:00Z"))

    assert (opened.status, closed.status) == (WorkStatus.OPEN, WorkStatus.CLOSED)
    assert opened.item_id == closed.item_id
    assert closed.opened_at == opened.opened_at
    assert closed.reasons == ()


def test_an_item_keeps_the_time_since_when_it_is_open(bench: Bench) -> None:
    (first,) = bench.items(office(lines__0__units="1.5"))
    (second,) = bench.items(office(version=2, lines__0__units="2.5", event_time="2026-03-09T00:00:00Z"))

    assert second.opened_at == first.opened_at
    assert second.days_left == 358


def test_a_repeat_says_nothing_new(bench: Bench) -> None:
    coded = office(digest="abc")

    assert len(bench.give(coded)) == 1
    assert bench.give(coded) == []


def test_an_older_version_changes_nothing(bench: Bench) -> None:
    bench.give(office(version=2))

    assert bench.give(office(lines__0__units="1.5")) == []


def test_an_override_releases_and_is_recorded(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5"))

    event = bench.judged(decision(target="line.units"))

    (finding,) = [one for one in event.findings if one.rule == "line.units"]
    assert event.disposition is Disposition.CLEAN
    assert finding.outcome is Outcome.BYPASSED
    assert finding.bypassed_by == "override by billing specialist: checked by hand"
    assert [one.decision_id for one in event.overrides] == ["d1"]


def test_an_override_of_one_line_leaves_the_other_held(bench: Bench) -> None:
    second = {"line_id": "l2", "code": "99214", "units": "2.5", "amount": "1", "service_date": "2026-03-02",
              "pointers": ["E11.9"]}  # fmt: skip
    bench.give(office(lines__0__units="1.5", lines__1=second))

    event = bench.judged(decision(target="line:l1"))

    assert [one.target for one in event.findings if one.outcome is Outcome.FAIL] == ["line:l2"]


def test_an_override_for_any_version_holds_for_the_next(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5", lines__0__code="9"))
    bench.give(decision(target="line.units"))

    event = bench.judged(office(version=2, lines__0__units="2.5"))

    assert event.disposition is Disposition.CLEAN


def test_an_override_of_one_version_ends_with_it(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5", lines__0__code="9"))
    bench.give(decision(target="line.units", encounter_version=1))

    event = bench.judged(office(version=2, lines__0__units="2.5"))

    assert event.disposition is Disposition.HELD


def test_a_repeat_does_not_undo_an_override(bench: Bench) -> None:
    held = office(lines__0__units="1.5")
    bench.give(held, decision(target="line.units"))

    assert bench.give(held) == []
    assert bench.give(decision(target="line.units")) == []


def test_a_rejection_cannot_be_overridden(bench: Bench) -> None:
    bench.give(office(coverages__0__member_id=""))

    assert bench.judged(decision()).disposition is Disposition.REJECTED


def test_a_write_off_is_a_stated_reason(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5"))

    event, item = (emit.event for emit in bench.give(decision(action="write_off", reason="small balance")))

    assert event.disposition is Disposition.NOT_BILLABLE
    assert event.reason == "written off by billing specialist: small balance"
    assert item.status is WorkStatus.CLOSED


def test_a_repeated_decision_does_nothing(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5", lines__0__code="9"))
    bench.give(decision(target="line.units"))

    assert bench.give(decision(target="line.units")) == []


def test_the_coders_decisions_are_not_the_validators(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5"))

    assert bench.give(decision(action="accept")) == []


def test_a_decision_for_what_is_not_held_is_refused(bench: Bench) -> None:
    with pytest.raises(Rejected, match="is not known here"):
        bench.give(decision())
    bench.give(office())
    with pytest.raises(Rejected, match="is clean here"):
        bench.give(decision())


def test_the_same_service_in_another_encounter_is_a_duplicate(bench: Bench) -> None:
    bench.give(office(lines__0__code="85025"))

    event = bench.judged(office(encounter_id="e2", lines__0__code="85025"))

    assert failed(event) == ["duplicate.claim"]
    assert event.neighbours == ("2026-03/e1",)


def test_the_duplicate_is_free_once_the_first_is_cancelled(bench: Bench) -> None:
    bench.give(office(), office(encounter_id="e2"))

    first, second, item = (emit.event for emit in bench.give(office(version=2, visit__status="cancelled")))

    assert first.disposition is Disposition.NOT_BILLABLE
    assert (second.coded.encounter.encounter_id, second.disposition) == ("e2", Disposition.CLEAN)
    assert (item.encounter_id, item.status) == ("e2", WorkStatus.CLOSED)


def test_of_two_duplicates_one_is_freed_and_the_other_is_held_beside_it(bench: Bench) -> None:
    bench.give(office(), office(encounter_id="e2"), office(encounter_id="e3"))

    emits = bench.give(office(version=2, visit__status="cancelled"))
    verdicts = [emit.event for emit in emits if isinstance(emit.event, ValidatedEncounter)]

    freed = {each.coded.encounter.encounter_id: each.disposition for each in verdicts}
    assert freed == {"e1": Disposition.NOT_BILLABLE, "e2": Disposition.CLEAN, "e3": Disposition.HELD}
    assert "billed already in encounter e2" in verdicts[-1].reason


def test_a_correction_that_takes_nothing_away_frees_nobody(bench: Bench) -> None:
    bench.give(office(), office(encounter_id="e2"))

    assert len(bench.give(office(version=2, visit__department="new"))) == 1


def test_another_patient_is_no_neighbour(bench: Bench) -> None:
    bench.give(office())

    assert bench.judged(office(encounter_id="e2", patient__patient_key="k2")).neighbours == ()


def test_a_held_encounter_blocks_nothing_until_it_is_billed(bench: Bench) -> None:
    bench.give(office(lines__0__units="1.5"))

    assert bench.judged(office(encounter_id="e2")).disposition is Disposition.CLEAN


def test_a_held_correction_leaves_the_billed_lines_in_force(bench: Bench) -> None:
    lab = {"lines__0__code": "85025"}
    bench.give(office(**lab), office(version=2, patient__address__postal_code="0211", **lab))

    assert failed(bench.judged(office(encounter_id="e2", **lab))) == ["duplicate.claim"]


def test_a_third_encounter_sees_both_neighbours(bench: Bench) -> None:
    bench.give(office(), office(encounter_id="e2", lines__0__code="85025"))

    event = bench.judged(office(encounter_id="e3", lines__0__code="80053"))

    assert event.neighbours == ("2026-03/e1", "2026-03/e2")


def test_state_read_back_from_the_topic_judges_the_same(bench: Bench, validator: Validator) -> None:
    events: list[CodedEncounter | Decision] = [
        office(),
        office(encounter_id="e2"),
        decision(encounter_id="e2", target="duplicate.claim"),
    ]
    said = [emit.event for emit in bench.give(*events) if isinstance(emit.event, ValidatedEncounter)]

    again = Bench(ValidatorHandler(validator))
    for event in said:
        again._fold(again.handler.fold(ValidatedEncounter.model_validate(event.model_dump())))

    third = office(encounter_id="e3")
    assert again.state == bench.state
    assert again.give(third) == bench.give(third)
