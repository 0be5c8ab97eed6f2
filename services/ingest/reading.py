"""What reading one message gives, whatever its format."""

from dataclasses import dataclass
from decimal import Decimal

from services.contracts.dead_letter import LocatedError
from services.contracts.encounter import Encounter


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of a message that cannot be used: an encounter, or what belongs to none.

    `part` names it within the message. `original` is a message of the same format with this part and all
    that it refers to, so that reading it again after a fix redoes exactly this part.
    """

    part: str
    errors: tuple[LocatedError, ...]
    original: bytes
    encounter_id: str = ""
    patient_key: str = ""
    charged: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The encounters of a message, by time, and what could not be used."""

    encounters: tuple[Encounter, ...]
    broken: tuple[Broken, ...] = ()
