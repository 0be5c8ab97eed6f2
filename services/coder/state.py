"""What the coder remembers: of an encounter its version, what it was coded from, and the coded event itself,
packed; of a patient the results that are counted across encounters.

    encounter/<encounter id>   -> Remembered
    results/<patient key>      -> what the patient's last event carried as `counted`

The coded event is kept whole because a decision may come at any time about any code, and the answer to it
is the whole event again. Compressed it takes one to two kilobytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.coder.encounter.work import reasons
from services.contracts.coding import CodedEncounter, CountedResult
from services.contracts.events import CODED_ENCOUNTERS
from services.contracts.wire import packed, unpacked


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last coded event of an encounter; `open_items` are the kinds of work that it left open."""

    version: int
    digest: str
    open_items: tuple[str, ...]
    packed: bytes

    def coded(self) -> CodedEncounter:
        """The event as it was emitted."""
        event = unpacked(CODED_ENCOUNTERS, self.packed)
        if not isinstance(event, CodedEncounter):
            raise TypeError("the packed event is not a coded encounter")
        return event


def fold_coded(event: CodedEncounter) -> Iterable[tuple[str, Any]]:
    """What a coded encounter means for the state."""
    remembered = Remembered(
        version=event.encounter.version,
        digest=event.digest,
        open_items=tuple(kind.value for kind in reasons(event)),
        packed=packed(CODED_ENCOUNTERS, event),
    )
    yield _encounter(event.encounter.encounter_id), remembered
    yield _results(event.encounter.patient.patient_key), event.counted or None


def remembered(state: Mapping[str, Any], encounter_id: str) -> Remembered | None:
    """The last coded event of the encounter, or None."""
    found: Remembered | None = state.get(_encounter(encounter_id))
    return found


def results_of(state: Mapping[str, Any], patient_key: str) -> tuple[CountedResult, ...]:
    """What the patient's encounters so far have that is counted across them."""
    found: tuple[CountedResult, ...] = state.get(_results(patient_key), ())
    return found


def _encounter(encounter_id: str) -> str:
    return f"encounter/{encounter_id}"


def _results(patient_key: str) -> str:
    return f"results/{patient_key}"
