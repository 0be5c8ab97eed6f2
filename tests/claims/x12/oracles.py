"""Two parsers that share no code with ours: pyx12 judges a file, x12sdk reads it into models."""

import io
import json
import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from x12sdk.io import X12ModelReader

from services.claims.x12.files import Options, Outcome, write_files
from services.contracts.claim import Claim
from tests.claims.strategies import claims


def some_claims(count: int) -> list[Claim]:
    """The same varied claims in every run, for parsers that are too slow for hypothesis."""
    seen: list[Claim] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(claims())
    def collect(claim: Claim) -> None:
        seen.append(claim)

    collect()
    return [one_payer(claim, number) for number, claim in enumerate(seen[-count:])]


def one_payer(claim: Claim, number: int) -> Claim:
    """The claim to a payer that all share, with a control number of its own: they stand in one file."""
    first = claim.payers[0].model_copy(update={"payer_id": "PAYER", "payer_name": "Payer"})
    return claim.model_copy(
        update={"payers": (first, *claim.payers[1:]), "patient_control_number": f"CLAIM{number:05d}"}
    )


def written(given_claims: list[Claim], folder: Path) -> Outcome:
    """The claims' files."""
    outcome = write_files(given_claims, folder, Options(newline="\n"))
    assert outcome.unwritable == []
    return outcome


class _Listen(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def pyx12_errors(path: Path) -> list[str]:
    """Every error that pyx12 finds in a file."""
    params, document = import_module("pyx12.params"), import_module("pyx12.x12n_document")
    listener = _Listen()
    root = logging.getLogger("pyx12")
    root.addHandler(listener)
    try:
        valid = document.x12n_document(params.params(), str(path), io.StringIO(), None)
    finally:
        root.removeHandler(listener)
    assert valid == (not listener.said)
    return listener.said


def x12sdk_claims(path: Path) -> list[dict[str, Any]]:
    """What x12sdk reads: one dictionary a claim, in the file's order."""
    with X12ModelReader(str(path)) as reader:
        sets = [json.loads(model.model_dump_json()) for model in reader.models()]
    return [claim for each in sets for claim in _claims(each)]


def _claims(transaction: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for billing in transaction["loop_2000a"]:
        for subscriber in billing["loop_2000b"]:
            patient = (subscriber.get("loop_2000c") or [{}])[0]
            for claim in (patient.get("loop_2300") or []) + (subscriber.get("loop_2300") or []):
                yield {
                    "billing": billing["loop_2010aa"],
                    "subscriber": subscriber["loop_2010ba"],
                    "payer": subscriber["loop_2010bb"],
                    "patient": patient.get("loop_2010ca"),
                    "claim": claim,
                }
