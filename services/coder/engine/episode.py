"""Episode of care of an injury: active treatment, healing or aftercare, sequela (guideline I.C.19.a)."""

from services.coder.engine.model import Mention

_HEALING = frozenset(("healing", "healed", "aftercare", "heal", "recheck", "postop", "postoperative"))
_SEQUELA = frozenset(("sequela", "sequelae", "residual"))


def of(mention: Mention) -> str:
    """A, D or S, by the words of the line."""
    if mention.line & _SEQUELA:
        return "S"
    return "D" if mention.line & _HEALING else "A"
