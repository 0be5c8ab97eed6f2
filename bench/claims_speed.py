"""Claims written as 837 and lines of an 835 read, a second, beside x12sdk and pyx12.

    python -m bench.claims_speed [--page] [--json]

One process; contenders take turns on the same claims and the same files, the median of the turns is compared.
Seconds are those of the processor, so that a busy machine does not favour who is measured in shorter bursts.
Decoding a claim from its topic is on no side. `--page` writes the section of docs/bench.md.
"""

import argparse
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from bench.claims_load import LINES, claims, remittance
from bench.contenders import x12_peers
from services.claims.answers import read
from services.claims.x12.files import Options, write_files
from services.claims.x12.tokens import Tokens
from services.contracts.claim import Claim

TURNS = 5
CLAIMS = 1_000
SMALL = 60
OURS = "claimstream"
_POLLED = 20

Run = Callable[[], float]
"""Does the job; the processor's seconds that it took."""


@dataclass(frozen=True, slots=True)
class ClaimsSpeed:
    """Claims, or lines, a second of each contender."""

    written: dict[str, float]
    small: dict[str, float]
    large: dict[str, float]
    segments: dict[str, float]


class Decoded:
    """Claims as they come from a topic, decoded a few at a time; `seconds` is what decoding took."""

    def __init__(self, texts: list[str]) -> None:
        self.seconds = 0.0
        self._texts = iter(texts)

    def __iter__(self) -> Iterator[Claim]:
        while texts := list(islice(self._texts, _POLLED)):
            began = process_time()
            records = [Claim.model_validate_json(text) for text in texts]
            self.seconds += process_time() - began
            yield from records


def measure() -> ClaimsSpeed:
    """Everything, in turns."""
    with TemporaryDirectory() as scratch:
        return ClaimsSpeed(
            written(Path(scratch)), read_lines(SMALL, 10), read_lines(CLAIMS, 1), read_segments(CLAIMS)
        )


def timed(job: Callable[[], object], repeats: int = 1) -> Run:
    """The job's processor seconds."""

    def run() -> float:
        began = process_time()
        for _ in range(repeats):
            job()
        return (process_time() - began) / repeats

    return run


def rates(units: int, contenders: dict[str, Run]) -> dict[str, float]:
    """Units a second: the median of the turns."""
    turns = [{name: units / run() for name, run in contenders.items()} for _ in range(TURNS)]
    return {name: median(turn[name] for turn in turns) for name in contenders}


def written(folder: Path) -> dict[str, float]:
    """Claims a second: ours from claim records to a file, gaps looked for and characters folded."""
    records = claims(CLAIMS)
    texts = [record.model_dump_json() for record in records]
    (file,) = write_files(records, folder / "peers", Options(newline="\n")).files
    whole, built = x12_peers.sdk_writes(file.path)

    def ours() -> float:
        decoded = Decoded(texts)
        return timed(lambda: write_files(decoded, folder / "ours"))() - decoded.seconds

    return rates(
        CLAIMS,
        {
            OURS: ours,
            "x12sdk, its models built and written": timed(whole),
            "x12sdk, ready models written": timed(built),
            "pyx12, ready segments written": timed(x12_peers.pyx12_writes_segments(file.path)),
        },
    )


def read_lines(count: int, repeats: int) -> dict[str, float]:
    """Lines a second: ours balances the file and gives events."""
    text = remittance(claims(count))
    content = text.encode()
    return rates(
        LINES * count,
        {
            OURS: timed(lambda: sum(1 for _ in read(io.BytesIO(content), "f")), repeats),
            "x12sdk, its models": timed(x12_peers.sdk_reads(text), repeats),
            "pyx12, validated by its map": timed(x12_peers.pyx12_validates(text)),
        },
    )


def read_segments(count: int) -> dict[str, float]:
    """Lines a second where nothing is made of the segments."""
    text = remittance(claims(count))
    content = text.encode()
    return rates(
        LINES * count,
        {
            OURS: timed(lambda: sum(1 for _ in Tokens(io.BytesIO(content)))),
            "pyx12": timed(x12_peers.pyx12_reads_segments(text)),
        },
    )


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--page", action="store_true", help="Write the section of docs/bench.md.")
    chosen = parser.parse_args()
    found = measure()
    if chosen.page:
        from bench import report  # noqa: PLC0415 (it draws plots, and names this module)

        report.put(report.claims_part(found))
    if chosen.json:
        print(json.dumps(asdict(found), indent=2))
        return
    for job, row in asdict(found).items():
        for name, rate in row.items():
            times = "" if name == OURS else f"   ours is {row[OURS] / rate:.1f}x"
            print(f"{job:9} {name:38} {rate:10,.0f} a second{times}")


if __name__ == "__main__":
    main()
