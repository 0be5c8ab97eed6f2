"""A calibrated probability that a coder would assign the code, from how it was found. Coefficients:
`data/confidence.yaml`.
"""

import math
from functools import cache

from services.coder.engine.model import Candidate, Zone
from services.coder.engine.tables import table


def weigh(candidates: list[Candidate]) -> None:
    """Set the confidence of each candidate."""
    weights = _weights()
    for candidate in candidates:
        total = weights["bias"] + sum(weights.get(name, 0.0) for name in features(candidate, len(candidates)))
        candidate.confidence = round(1 / (1 + math.exp(-total)), 3)


def features(candidate: Candidate, codes: int) -> list[str]:
    """Names of the features that hold for the candidate."""
    mention = candidate.mention
    out = [
        f"rank.{min(mention.rank, 4)}",
        f"zone.{min(int(mention.zone), int(Zone.NARRATIVE))}",
        f"chapter.{candidate.code[0]}",
    ]
    out += ["whole"] * mention.whole
    out += [f"guessed.{min(candidate.guessed, 3)}"]
    out += ["combined"] * any(rule.startswith("combine.") for rule in candidate.rules)
    out += ["added"] * any(rule.startswith("add.") for rule in candidate.rules)
    out += ["elsewhere"] * ("detail.elsewhere" in candidate.rules)
    out += [f"words.{min(len(mention.stems), 4)}", f"unused.{min(len(mention.line - mention.stems), 4)}"]
    out += [f"codes.{min(codes, 6) // 2}"]
    return out


@cache
def _weights() -> dict[str, float]:
    loaded: dict[str, float] = table("confidence")
    return loaded
