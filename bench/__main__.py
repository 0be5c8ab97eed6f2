"""`make bench`: everything that is measured, and the page that says it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench import claims_speed, coder_speed, end_to_end, passthrough, report
from services import broker


def main() -> None:
    """Run all, write docs/bench.md."""
    with TemporaryDirectory() as scratch, broker.running(Path(scratch)) as server:
        rates = passthrough.measure(server.bootstrap)
    whole = end_to_end.measure()
    print(whole)
    page = report.write(rates, coder_speed.measure(), claims_speed.measure(), whole)
    print(f"written: {page.name}")


main()
