"""What a change of rules would do: which encounters it holds or releases, in claims and dollars, by rule."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from services.contracts.base import NO_DOLLARS
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Disposition, ValidatedEncounter
from services.validator.disposition import blocking
from services.validator.replay import replay
from services.validator.validate import Validator

_STOPPED = frozenset({Disposition.HELD, Disposition.REJECTED})


@dataclass(slots=True)
class Tally:
    """How many encounters, and their dollars."""

    encounters: int = 0
    dollars: Decimal = NO_DOLLARS

    def add(self, event: ValidatedEncounter) -> None:
        """Count one."""
        self.encounters += 1
        self.dollars += event.coded.charged


@dataclass(slots=True)
class Impact:
    """The difference between two sets of rules on the same encounters."""

    judged: Tally = field(default_factory=Tally)
    newly_held: Tally = field(default_factory=Tally)
    released: Tally = field(default_factory=Tally)
    by_rule: dict[str, Tally] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)


def impact(
    now: Validator, then: Validator, encounters: Iterable[CodedEncounter], examples: int = 3
) -> Impact:
    """Judge every encounter by both; the histories of the two are kept apart."""
    listed = list(encounters)
    found = Impact()
    for before, after in zip(_last(now, listed), _last(then, listed), strict=True):
        found.judged.add(after)
        held_before, held_after = before.disposition in _STOPPED, after.disposition in _STOPPED
        if held_after and not held_before:
            found.newly_held.add(after)
        elif held_before and not held_after:
            found.released.add(after)
        _by_rule(found, before, after, examples)
    return found


def _last(validator: Validator, encounters: list[CodedEncounter]) -> list[ValidatedEncounter]:
    last = {event.coded.encounter.encounter_id: event for event in replay(validator, encounters)}
    return [last[ident] for ident in dict.fromkeys(each.encounter.encounter_id for each in encounters)]


def _by_rule(found: Impact, before: ValidatedEncounter, after: ValidatedEncounter, examples: int) -> None:
    old = {finding.rule for finding in blocking(before.findings)}
    new = {finding.rule for finding in blocking(after.findings)}
    for sign, rules in (("+", new - old), ("-", old - new)):
        for rule in sorted(rules):
            found.by_rule.setdefault(sign + rule, Tally()).add(after)
            shown = found.examples.setdefault(sign + rule, [])
            if len(shown) < examples:
                shown.append(after.coded.encounter.encounter_id)
