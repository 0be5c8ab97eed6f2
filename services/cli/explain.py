"""`claimstream explain`: why an encounter was coded as it was, for a person."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

_OUTCOMES = {"pass": "agrees", "fail": "differs", "bypassed": "let pass", "not_checked": "not determined"}


@click.command()
@click.argument("encounter")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, path_type=Path),
    help="Coded encounters as NDJSON, or the folder of `claimstream run`. Default: the topic on Kafka.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the coded encounter as one JSON object.")
def explain(encounter: str, *, source: Path | None, as_json: bool) -> None:
    """Print codes, evidence, rules and alternatives of ENCOUNTER (the EHR's own id): its latest version."""
    found = _latest(_from_file(source) if source else _from_kafka(), encounter)
    if found is None:
        raise click.ClickException(f"no coded encounter {encounter}")
    if as_json:
        import orjson  # noqa: PLC0415 (only when asked for)

        click.echo(orjson.dumps(found, default=_plain).decode())
        return
    for line in told(found):
        click.echo(line)


def told(coded: dict[str, Any]) -> Iterator[str]:
    """The coded encounter in sentences."""
    facts = coded["encounter"]
    visit = facts["visit"]
    kind = visit["visit_class"]
    yield f"Encounter {facts['encounter_id']}, version {facts['version']}, {kind}, route {coded['route']}"
    if coded.get("versions"):
        yield "Made with " + ", ".join(
            f"{name} {version}" for name, version in sorted(coded["versions"].items())
        )
    for code in coded["codes"]:
        yield from _code(code)
    for query in coded["queries"]:
        yield ""
        yield f"Query to the provider ({query['topic']}): {query['question']}"
        yield f"  why: {query['why']}"
        yield from _evidence(query["evidence"])
    for line in coded["lines"]:
        yield from _line(line)
        yield from _services(coded, line["line_id"])
    yield from _services(coded, "")
    for decision in coded["decisions"]:
        yield ""
        what = " ".join((decision["action"], decision["target"], decision["replacement"])).rstrip()
        yield f"Decision of a {decision['role']}: {what}"
        yield f"  reason: {decision['reason']}"


def _code(code: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{code['code']}  {code['title']}"
    found = f"confidence {code['confidence']:.2f}, route {code['route']}, from {code['source']}"
    yield f"  {code['role']}, {found}"
    if code["reason"]:
        yield f"  {code['reason']}"
    if code["rules"]:
        yield f"  rules: {', '.join(code['rules'])}"
    yield from _evidence(code["evidence"])
    for other in code["alternatives"]:
        yield f"  not {other['code']}: {other['why_not']}"


def _evidence(evidence: list[dict[str, Any]]) -> Iterator[str]:
    for quote in evidence:
        where = f"{quote['document_id']} {quote['start']}-{quote['end']}"
        section = f", {quote['section']}" if quote["section"] else ""
        yield f"  evidence: «{quote['text']}» ({where}{section}, {quote['assertion']})"


def _line(line: dict[str, Any]) -> Iterator[str]:
    yield ""
    charged = f"{Decimal(str(line['amount'])):.2f}"
    code = " ".join((line["code"] or "(no code)", *line["modifiers"]))
    done_for = ", ".join(line["pointers"]) or "-"
    yield f"Line {code}  ${charged}  for {done_for}: {line['reason']}"


def _services(coded: dict[str, Any], line_id: str) -> Iterator[str]:
    """What is documented of a line, and what was found; of no line: the rest."""
    for service in coded.get("services", ()):
        if service["line_id"] == line_id:
            if not line_id:
                yield ""
            yield f"  documented {service['kind']}: {_supported(service)}{service['reason']}"
            for element in service["elements"]:
                yield f"    {element['name']}: {element['value']}  {element['reason']}".rstrip()
                yield from (f"  {quote}" for quote in _evidence(element["evidence"]))
    lines = {f"line:{line['line_id']}" for line in coded["lines"]}
    for found in coded["findings"]:
        target = found["target"]
        if target == f"line:{line_id}" or (not line_id and target not in lines):
            yield f"  {_OUTCOMES[found['outcome']]}: {found['message']} ({found['rule']})"
            if found["fix"]:
                yield f"    fix: {found['fix']}"
                yield f"    reference: {found['reference']}"


def _supported(service: dict[str, Any]) -> str:
    """Code and units that the documentation supports."""
    units = "" if service["units"] is None else f" x {Decimal(str(service['units'])).normalize():f}"
    return f"{service['code']}{units}, " if service["code"] else ""


def _latest(events: Iterator[dict[str, Any]], encounter: str) -> dict[str, Any] | None:
    """The last event of the encounter with the highest version."""
    best: dict[str, Any] | None = None
    for event in events:
        coded = event.get("coded", event)
        facts = coded.get("encounter", {})
        wanted = facts.get("encounter_id") == encounter and "codes" in coded
        if wanted and (best is None or facts["version"] >= best["encounter"]["version"]):
            best = coded
    return best


def _from_file(source: Path) -> Iterator[dict[str, Any]]:
    import orjson  # noqa: PLC0415

    file = source
    if source.is_dir():
        names = ("coded-encounters.ndjson", "encounters.ndjson")
        file = next((source / name for name in names if (source / name).is_file()), source / names[0])
    if not file.is_file():
        raise click.ClickException(f"{file}: no such file")
    with file.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise click.ClickException(f"{file.name}, line {number}: not JSON ({error.msg})") from error
            if isinstance(event, dict):
                yield event


def _from_kafka() -> Iterator[dict[str, Any]]:
    from services.contracts.codec import EventCodec  # noqa: PLC0415 (Kafka's client is slow to import)
    from services.contracts.errors import ContractError  # noqa: PLC0415
    from services.contracts.events import CODED_ENCOUNTERS  # noqa: PLC0415
    from services.pipeline.reader import TopicReader  # noqa: PLC0415
    from services.stage.settings import from_environment  # noqa: PLC0415

    codec = EventCodec.from_environment()
    with TopicReader(from_environment(), [CODED_ENCOUNTERS], beginning=True) as reader:
        for record in reader.to_end():
            if record.value:
                try:
                    yield codec.decode(record).model_dump(mode="python")
                except ContractError:
                    continue


def _plain(value: object) -> Any:  # noqa: ANN401 (what JSON has no type for)
    return float(value) if isinstance(value, Decimal) else str(value)
