"""The results as a table and a plot: `docs/bench.md`, `docs/bench/*.svg`."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from bench import claims_load, claims_speed, coder_speed
from bench.claims_speed import ClaimsSpeed
from bench.coder_speed import CoderSpeed
from bench.contenders.rates import PAGE
from bench.end_to_end import EndToEnd

DOCS = Path(__file__).resolve().parent.parent / "docs"
OURS = "claimstream stage"

HEAD = """# Measured

Made by `make bench` on this state of the code; one run, all contenders in turn on one machine with two shared
cores, so read the ratios and not the absolute numbers.
"""


def write(passthrough: Mapping[str, float], coder: CoderSpeed, claims: ClaimsSpeed, whole: EndToEnd) -> Path:
    """Write the page and its plot; returns the page."""
    (DOCS / "bench").mkdir(parents=True, exist_ok=True)
    plot(passthrough, DOCS / "bench" / "passthrough.svg")
    page = DOCS / "bench.md"
    parts = [passthrough_part(passthrough), coder_part(coder), claims_part(claims), whole_part(whole)]
    page.write_text("\n".join([HEAD, *(line for part in parts for line in part)]) + "\n")
    return page


def put(part: list[str]) -> Path:
    """Write one section of the page anew: in its place, or where there is none at the end."""
    page = DOCS / "bench.md"
    sections = page.read_text().split("\n## ")
    names = [section.partition("\n")[0] for section in sections]
    name = part[0].removeprefix("## ")
    at = names.index(name) if name in names else len(sections)
    sections[at : at + 1] = ["\n".join(part).removeprefix("## ")]
    page.write_text("\n## ".join(sections))
    return page


def passthrough_part(rates: Mapping[str, float]) -> list[str]:
    """The stage beside its peers."""
    rows = [f"| {name} | {rate:,.0f} | {rates[OURS] / rate:.2f} |" for name, rate in rates.items()]
    return [
        "## The stage passing 2 KB records through, four partitions, one process",
        "",
        "The raw loop is confluent-kafka's transactional consume-produce loop with nothing around it; the",
        "faust agent awaits each send and is at least once, the others are exactly once.",
        "",
        "| | records a second | the stage is so many times as fast |",
        "|---|---:|---:|",
        *rows,
        "",
        "![records a second](bench/passthrough.svg)",
        "",
    ]


def coder_part(coder: CoderSpeed) -> list[str]:
    """The coder beside medspaCy."""
    rows = [
        f"| {name} | {rate:,.0f} | {times:.1f} | {coder.pages[name]:,.0f} | {of_pages:.1f} |"
        for name, rate in coder.rates.items()
        for times, of_pages in [coder.times(name)]
    ]
    return [
        "## The coder beside medspaCy, one core, the same notes and dictionary",
        "",
        f"{coder.notes} of our own notes, {coder.terms:,} terms; CPU time, the median of",
        f"{coder_speed.TURNS} turns, with {coder.load:.1f} processes wanting to run on the two cores.",
        "medspaCy finds terms, context and sections; the coder also finds problems and details, applies",
        "the guidelines, checks every code against the day of service and weighs it. So many times as fast",
        "is the coder:",
        "",
        f"| | all notes a second | so many times | {PAGE:,} characters and more, a second | so many times |",
        "|---|---:|---:|---:|---:|",
        *rows,
        "",
        f"While every note is read for the first time, the coder codes {coder.first_rate:,.0f} a second.",
        f"It opens its compiled vocabulary and the code sets in {coder.open_seconds:.2f} s; from the",
        f"start of the interpreter to the first coded note: {coder.start_seconds:.2f} s. Resident after the",
        f"runs: {coder.resident_mb:.0f} MB.",
        "",
    ]


def claims_part(claims: ClaimsSpeed) -> list[str]:
    """Claims and remittances beside x12sdk and pyx12."""
    return [
        "## Claims written and remittances read, beside x12sdk 2.2.0 and pyx12 4.0.0",
        "",
        f"{claims_speed.CLAIMS:,} professional claims of {claims_load.LINES} lines; every patient comes",
        "three times, charges are from a charge master. One core, CPU time, the median of",
        f"{claims_speed.TURNS} turns; every contender gets the same claims and files. Decoding claims from a",
        "topic is on no side.",
        "",
        "Written: ours goes from claim records to a file: it looks for gaps, folds characters, fills every",
        "loop and counts. x12sdk is given the values of its models as X12 writes them, builds its models",
        "and writes them; in the next row its models are ready. pyx12 is given the finished text of every",
        "segment, takes it apart and joins it again with its counts: it fills no claim.",
        "",
        *_beside("claims a second", claims.written),
        "",
        "Read: ours balances every line, every claim and the file, and gives events; a file of more than",
        "256 KB is read twice for that, so that nothing is told of a file that does not balance. x12sdk",
        "gives its models and balances nothing, pyx12 walks the file along its map and gives no claim.",
        "",
        *_beside(f"lines a second, file of {claims_speed.SMALL} claims", claims.small),
        "",
        *_beside(f"lines a second, file of {claims_speed.CLAIMS:,} claims", claims.large),
        "",
        "Segments alone, of which nothing is made:",
        "",
        *_beside(f"lines a second, file of {claims_speed.CLAIMS:,} claims", claims.segments),
        "",
    ]


def _beside(unit: str, rates: Mapping[str, float]) -> list[str]:
    ours = rates[claims_speed.OURS]
    rows = [f"| {name} | {rate:,.0f} | {ours / rate:.1f} |" for name, rate in rates.items()]
    return [f"| | {unit} | ours is so many times as fast |", "|---|---:|---:|", *rows]


def whole_part(whole: EndToEnd) -> list[str]:
    """The four services."""
    latencies = [
        f"| {each.rate} | {each.claims_a_second:.0f} | {each.p50:,.0f} | {each.p99:,.0f} |"
        for each in whole.latencies
    ]
    services = [
        f"| {name} | {whole.handling_us[name]:,.0f} | {whole.transaction_ms[name]:.1f} | {megabytes:.0f} |"
        for name, megabytes in whole.resident_mb.items()
    ]
    return [
        "## The four services end to end",
        "",
        "From the broker's receipt of the EHR's message (a bundle of 11 KB with one visit) to the moment",
        "at which a `read_committed` reader holds its claim; one process for each service, broker and load",
        "on the same two cores.",
        "",
        f"Start of the services to the first claim: {whole.start_seconds:.1f} s.",
        "",
        "| encounters sent a second | claims out a second | p50 ms | p99 ms |",
        "|---:|---:|---:|---:|",
        *latencies,
        "",
        "Where fewer claims come out than encounters go in, the two cores are saturated: the queue grows",
        "with the length of the run, and the latency with it. More cores and more instances (as many as",
        "partitions) move that point; nothing is lost meanwhile.",
        "",
        "Where the time goes, and memory after the runs:",
        "",
        "| service | handling, us a record | transaction, ms | resident MB |",
        "|---|---:|---:|---:|",
        *services,
    ]


def plot(rates: Mapping[str, float], file: Path) -> None:
    """Bars, ours first."""
    figure, axes = plt.subplots(figsize=(7, 2.4))
    names = list(rates)[::-1]
    axes.barh(
        names, [rates[name] for name in names], color=["#1b6e8c" if n == OURS else "#b8c4c9" for n in names]
    )
    axes.set_xlabel("records of 2 KB a second")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
