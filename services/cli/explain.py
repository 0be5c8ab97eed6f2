"""`claimstream explain`: why an encounter was coded as it was, for a person."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.kafka import on_kafka
from services.cli.ndjson import Faults, rows_of

if TYPE_CHECKING:  # the contracts are slow to import
    from services.contracts.coding import (
        AssignedCode,
        CodedEncounter,
        DocumentedService,
        Evidence,
        ServiceLine,
    )

_OUTCOMES = {"pass": "agrees", "fail": "differs", "bypassed": "let pass", "not_checked": "not determined"}
_CODED = "coded-encounters.ndjson"


@click.command()
@click.argument("encounter")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, path_type=Path),
    help="Coded or validated encounters as NDJSON, or the folder of `claimstream run`. Default: the topic on"
    " Kafka.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the coded encounter as one JSON object.")
@on_kafka
def explain(encounter: str, *, source: Path | None, as_json: bool) -> None:
    """Print codes, evidence, rules and alternatives of ENCOUNTER (the EHR's own id): its latest version."""
    found = _latest(_from_file(source, encounter) if source else _from_kafka(encounter))
    if found is None:
        raise click.ClickException(f"no coded encounter {encounter}")
    if as_json:
        from services.contracts.as_json import as_json as dumped  # noqa: PLC0415

        click.echo(dumped(found))
        return
    for line in explanation(found):
        click.echo(line)


def explanation(coded: "CodedEncounter") -> Iterator[str]:
    """The coded encounter in sentences."""
    facts = coded.encounter
    kind = facts.visit.visit_class
    yield f"Encounter {facts.encounter_id}, version {facts.version}, {kind}, route {coded.route}"
    if coded.versions:
        yield "Made with " + ", ".join(f"{name} {version}" for name, version in coded.versions.items())
    for code in coded.codes:
        yield from _code(code)
    for query in coded.queries:
        yield ""
        yield f"Query to the provider ({query.topic}): {query.question}"
        yield f"  why: {query.why}"
        yield from _evidence(query.evidence)
    for line in coded.lines:
        yield from _line(line)
        yield from _services(coded, line.line_id)
    yield from _services(coded, "")
    for decision in coded.decisions:
        yield ""
        what = f"{decision.action} {decision.target} {decision.replacement}".rstrip()
        yield f"Decision of a {decision.role}: {what}"
        yield f"  reason: {decision.reason}"


def _code(code: "AssignedCode") -> Iterator[str]:
    yield ""
    yield f"{code.code}  {code.title}"
    yield f"  {code.role}, confidence {code.confidence:.2f}, route {code.route}, from {code.source}"
    if code.reason:
        yield f"  {code.reason}"
    if code.rules:
        yield f"  rules: {', '.join(code.rules)}"
    yield from _evidence(code.evidence)
    for other in code.alternatives:
        yield f"  not {other.code}: {other.why_not}"


def _evidence(evidence: "Iterable[Evidence]") -> Iterator[str]:
    for quote in evidence:
        where = f"{quote.document_id} {quote.start}-{quote.end}"
        section = f", {quote.section}" if quote.section else ""
        yield f"  evidence: «{quote.text}» ({where}{section}, {quote.assertion})"


def _line(line: "ServiceLine") -> Iterator[str]:
    yield ""
    code = " ".join((line.code or "(no code)", *line.modifiers))
    done_for = ", ".join(line.pointers) or "-"
    yield f"Line {code}  ${line.amount:.2f}  for {done_for}: {line.reason}"


def _services(coded: "CodedEncounter", line_id: str) -> Iterator[str]:
    """What is documented of a line, and what was found; of no line: the rest."""
    for service in coded.services:
        if service.line_id == line_id:
            if not line_id:
                yield ""
            yield f"  documented {service.kind}: {_supported(service)}{service.reason}"
            for element in service.elements:
                yield f"    {element.name}: {element.value}  {element.reason}".rstrip()
                yield from (f"  {quote}" for quote in _evidence(element.evidence))
    lines = {f"line:{line.line_id}" for line in coded.lines}
    for found in coded.findings:
        if found.target == f"line:{line_id}" or (not line_id and found.target not in lines):
            yield f"  {_OUTCOMES[found.outcome]}: {found.message} ({found.rule})"
            if found.fix:
                yield f"    fix: {found.fix}"
                yield f"    reference: {found.reference}"


def _supported(service: "DocumentedService") -> str:
    """Code and units that the documentation supports."""
    units = "" if service.units is None else f" x {service.units.normalize():f}"
    return f"{service.code}{units}, " if service.code else ""


def _latest(versions: "Iterable[CodedEncounter]") -> "CodedEncounter | None":
    """The last of the events with the highest version."""
    best: CodedEncounter | None = None
    for coded in versions:
        if best is None or coded.encounter.version >= best.encounter.version:
            best = coded
    return best


def _from_file(source: Path, encounter: str) -> "Iterator[CodedEncounter]":
    """The events of the encounter; a line that cannot be read is an error, for it may be the latest one."""
    file = source / _CODED if source.is_dir() else source
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    faults = Faults()
    for number, row in rows_of(lines, faults):
        coded = row.get("coded", row)
        facts = coded.get("encounter") if isinstance(coded, dict) else None
        if not isinstance(facts, dict):
            faults.report(number, "no coded encounter")
        elif facts.get("encounter_id") == encounter:
            yield from _read(number, coded, faults)
    faults.end()


def _read(number: int, coded: dict[str, Any], faults: Faults) -> "Iterator[CodedEncounter]":
    from pydantic import ValidationError  # noqa: PLC0415 (slow to import)

    from services.contracts.coding import CodedEncounter  # noqa: PLC0415

    try:
        yield CodedEncounter.model_validate(coded)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        faults.report(number, f"field {'.'.join(map(str, first['loc']))}: {first['msg']}")


def _from_kafka(encounter: str) -> "Iterator[CodedEncounter]":
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
                    coded = codec.decode(record)
                except ContractError:
                    continue
                if coded.encounter.encounter_id == encounter:
                    yield coded
