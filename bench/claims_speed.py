"""Claims written as 837 a second and lines of an 835 read a second, beside x12sdk and pyx12, in one run.

    .venv/bin/python -m bench.claims_speed [--claims 3000] [--json]

Each does the whole step from values to text: x12sdk builds its models and writes them, pyx12 builds its
segments and writes them, ours fills the 837 from claim records. Reading: x12sdk builds its models, pyx12
walks its map of the 835; ours balances the file and gives events (a large file is read twice for that).
Seconds are those of the processor, so that a busy machine does not favour who is measured in shorter bursts.
"""

import argparse
import io
import json
import logging
import resource
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from services.claims.answers import read
from services.claims.x12.files import Options, write_files
from services.contracts.claim import Claim
from tests.claims.life.payer import Payer
from tests.claims.x12.samples import claim

PEER_CLAIMS = 60
GOAL = 5.0


def claims(count: int) -> list[Claim]:
    """Claims of two lines, each with control numbers of its own."""
    return [claim(number) for number in range(count)]


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of some runs."""
    best = float("inf")
    for _ in range(times):
        began = process_time()
        work()
        best = min(best, process_time() - began)
    return best


def as_x12(content: Any) -> Any:  # noqa: ANN401 (whatever a model holds)
    """A model's content as its constructor takes it: days as X12 writes them."""
    if isinstance(content, dict):
        return {key: as_x12(value) for key, value in content.items()}
    if isinstance(content, list):
        return [as_x12(value) for value in content]
    return f"{content:%Y%m%d}" if isinstance(content, date) else content


def writing(count: int, folder: Path) -> dict[str, float]:
    """Claims a second."""
    many, few = claims(count), claims(PEER_CLAIMS)
    rates = {"claimstream": count / seconds(lambda: write_files(many, folder / "ours"))}
    (file,) = write_files(few, folder / "few", Options(newline="\n")).files
    with import_module("x12sdk.io").X12ModelReader(str(file.path)) as reader:
        models = list(reader.models())
    contents = [(type(model), as_x12(model.model_dump(exclude_none=True))) for model in models]
    rates["x12sdk"] = PEER_CLAIMS / seconds(lambda: [kind(**content).x12() for kind, content in contents])
    x12file = import_module("pyx12.x12file")
    segment = import_module("pyx12.segment").Segment
    texts = [line.rstrip("~") for line in file.path.read_text().splitlines()]

    def peer() -> None:
        writer = x12file.X12Writer(io.StringIO())
        for text in texts:
            writer.Write(segment(text, "~", "*", ":"))

    rates["pyx12"] = PEER_CLAIMS / seconds(peer)
    return rates


def remittance(count: int) -> str:
    """An 835 of that many claims, two lines each."""
    desk = Payer()
    return desk.remit(*(desk.pay(each) for each in claims(count)))


def reading(count: int) -> dict[str, float]:
    """Lines a second."""
    many, few = remittance(count).encode(), remittance(PEER_CLAIMS)
    small = few.encode()
    rates = {
        "claimstream": 2 * PEER_CLAIMS / seconds(lambda: sum(1 for _ in read(io.BytesIO(small), "f")), 9)
    }
    rates["claimstream, large file"] = (
        2 * count / seconds(lambda: sum(1 for _ in read(io.BytesIO(many), "f")))
    )
    models = import_module("x12sdk.io").X12ModelReader
    document = import_module("pyx12.x12n_document").x12n_document
    params = import_module("pyx12.params").params
    logging.disable(logging.CRITICAL)

    def sdk() -> None:
        with models(few) as reader:
            list(reader.models())

    rates["x12sdk"] = 2 * PEER_CLAIMS / seconds(sdk)
    rates["pyx12"] = 2 * PEER_CLAIMS / seconds(lambda: document(params(), io.StringIO(few), None, None), 1)
    logging.disable(logging.NOTSET)
    return rates


def measure(count: int) -> dict[str, Any]:
    """Rates, ratios and peak memory."""
    with TemporaryDirectory() as scratch:
        found = {"written": writing(count, Path(scratch)), "read": reading(count)}
    ratios = {
        name: {peer: rates["claimstream"] / rate for peer, rate in rates.items() if "claimstream" not in peer}
        for name, rates in found.items()
    }
    peak = Decimal(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
    return {"rates": found, "ratios": ratios, "goal": GOAL, "peak_mib": float(round(peak))}


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=3000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.claims)
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    for name, unit in (("written", "claims a second"), ("read", "835 lines a second")):
        for who, rate in found["rates"][name].items():
            ratio = found["ratios"][name].get(who)
            print(f"{name:8} {who:24} {rate:10,.0f} {unit}" + (f"   ours is {ratio:.1f}x" if ratio else ""))


if __name__ == "__main__":
    main()
