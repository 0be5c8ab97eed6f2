"""One claim's life: a pure step from where it stands, by one event, to where it then stands.

The table of moves is data (`moves.yaml`). Every cent of the charge is in exactly one place at any time:
paid, settled by contract or otherwise, the patient's, denied, written off, or open.
"""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.claims.answers.outcome import blames
from services.claims.errors import IllegalMove
from services.claims.life import crossover
from services.contracts.base import NO_DOLLARS
from services.contracts.claim_event import ClaimEvent, ClaimLife, ClaimState, EventKind, StandingAnswer
from services.contracts.claim_parts import Adjustment

ANSWERED: Final = frozenset({EventKind.PAID, EventKind.PARTIALLY_PAID, EventKind.DENIED, EventKind.REVERSED})
STATELESS: Final = frozenset({EventKind.PROVIDER_ADJUSTED, EventKind.CROSSED_OVER})
PLACES: Final = ("paid", "crossover", "contractual", "other", "patient", "denied", "written_off", "open")
VERSIONED: Final = frozenset({EventKind.CREATED, EventKind.REPLACED, EventKind.VOIDED})


@cache
def table() -> dict[ClaimState, dict[EventKind, ClaimState]]:
    """The moves that are allowed."""
    text = files("services.claims.life").joinpath("moves.yaml").read_text(encoding="utf-8")
    rows: dict[str, dict[str, str]] = yaml.safe_load(text)
    return {
        ClaimState(state): {EventKind(kind): ClaimState(after) for kind, after in moves.items()}
        for state, moves in rows.items()
    }


def step(life: ClaimLife, event: ClaimEvent) -> ClaimLife:
    """The life after an event; raises `IllegalMove`, which leaves it as it was.

    What we ourselves say of a version that a later one has replaced moves nothing.
    """
    after = life.state
    outdated = 0 < event.claim_version < life.claim_version and event.kind not in VERSIONED
    if event.kind not in STATELESS and not outdated:
        allowed = table().get(life.state, {})
        if event.kind not in allowed:
            raise IllegalMove(f"a claim that is {life.state.value} cannot be {event.kind.value}")
        after = allowed[event.kind]
    changes: dict[str, Any] = {"state": after, "seen": (*life.seen, event.event_id)}
    if event.payer_control_number and event.kind is not EventKind.CROSSED_OVER:
        changes["payer_control_number"] = event.payer_control_number
    changes |= _dollars(life, event)
    return life.model_copy(update=changes)


def _dollars(life: ClaimLife, event: ClaimEvent) -> dict[str, Any]:
    """How the event moves dollars from one place to another."""
    if event.kind in VERSIONED:
        if event.claim_version <= life.claim_version:
            raise IllegalMove(f"version {event.claim_version} after version {life.claim_version}")
        charged = NO_DOLLARS if event.kind is EventKind.VOIDED else event.charged or NO_DOLLARS
        opened = life.open + charged - life.charged
        return {"charged": charged, "open": opened, "claim_version": event.claim_version}
    if event.kind in ANSWERED:
        return _answered(life, event)
    if event.kind is EventKind.CROSSED_OVER:
        return crossover.moved(life, event)
    if event.kind is EventKind.APPEALED:
        return {"denied": NO_DOLLARS, "open": life.open + life.denied}
    if event.kind is EventKind.WRITTEN_OFF:
        gone = life.denied + life.open
        return {"denied": NO_DOLLARS, "open": NO_DOLLARS, "written_off": life.written_off + gone}
    return {}


def _answered(life: ClaimLife, event: ClaimEvent) -> dict[str, Any]:
    """A payer's answer takes its charge out of `open` and puts each part where it belongs."""
    charge = event.charged or NO_DOLLARS
    moved = _back(life, charge)
    answered = sum((moved[place] for place in PLACES if place != "open"), NO_DOLLARS)
    if charge > moved["open"] and life.state not in (ClaimState.REPLACED, ClaimState.VOIDED):
        raise IllegalMove(f"the answer is about {charge} dollars; {moved['open']} are open")
    if answered + charge < 0:
        raise IllegalMove(f"{-charge} dollars are reversed; {answered} were answered")
    moved["open"] -= charge
    moved["paid"] += event.paid or NO_DOLLARS
    lines = (each for line in event.lines for each in line.adjustments)
    for adjustment in (*event.adjustments, *lines):
        moved[place_of(adjustment)] += adjustment.amount
    if sum(moved.values()) != life.charged:
        raise IllegalMove("the answer's payment and adjustments are not its charge")
    return moved | {"answers": _standing(life, event)}


def _standing(life: ClaimLife, event: ClaimEvent) -> tuple[StandingAnswer, ...]:
    """The answers whose dollars stand after this one.

    A reversal undoes the answer that it turns around; an answer about more than is open is given in place of
    those before it about the same number: the payer has changed its mind.
    """
    charge, number = event.charged or NO_DOLLARS, event.control_number
    if event.kind is EventKind.REVERSED:
        turned = [each for each in life.answers if (each.control_number, each.charged) == (number, -charge)]
        gone = turned[-1:] or [each for each in life.answers if each.control_number == number]
        return tuple(each for each in life.answers if each not in gone)
    before = life.answers
    if charge > life.open:
        before = tuple(each for each in before if each.control_number != number)
    return (*before, StandingAnswer(event_id=event.event_id, control_number=number, charged=charge))


def _back(life: ClaimLife, charge: Decimal) -> dict[str, Decimal]:
    """The dollars before the answer: what was denied or written off is open again where it answers that."""
    places = {place: getattr(life, place) for place in PLACES}
    for place in ("denied", "written_off"):
        if charge > NO_DOLLARS and charge > places["open"] and places[place]:
            places["open"] += places[place]
            places[place] = NO_DOLLARS
    return places


def place_of(adjustment: Adjustment) -> str:
    """Where an adjustment's dollars are: the patient's, settled, or denied.

    A reversal carries the reason of what it takes back, with the sign turned, and so the same place.
    """
    if adjustment.group == "PR":
        return "patient"
    if blames(adjustment) or blames(adjustment.model_copy(update={"amount": -adjustment.amount})):
        return "denied"
    return "contractual" if adjustment.group == "CO" else "other"


def balanced(life: ClaimLife) -> bool:
    """Whether every cent is in exactly one place."""
    return sum((getattr(life, place) for place in PLACES), NO_DOLLARS) == life.charged
