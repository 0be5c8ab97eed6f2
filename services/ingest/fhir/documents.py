"""Notes: DocumentReference, DiagnosticReport.presentedForm, Composition; as plain text.

A note in several forms (`content` entries) is read in the first form that can be read. One that cannot be
read in any is an error of the encounter: to code without it would be to code less than was documented.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from services.contracts.encounter import Document
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codings, concept_text, from_system
from services.ingest.fhir.desk import Case
from services.ingest.fhir.html_text import html_text
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.results import LOINC

_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9.+\-]+/[A-Za-z0-9.+\-]+")
_READERS: Final[dict[str, Callable[[str], str]]] = {
    "text/plain": str,
    "text/markdown": str,
    "text/html": html_text,
    "application/xhtml+xml": html_text,
}
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def read_documents(case: Case) -> tuple[Document, ...]:
    """The encounter's notes by time; superseded ones and those entered in error are left out."""
    found = [
        *_references(case),
        *_reports(case),
        *(_composition(case, each) for each in case.linked("Composition") if _counts(each)),
    ]
    return tuple(sorted(found, key=lambda d: (d.date or _EARLIEST, d.document_id)))


def _counts(resource: Resource) -> bool:
    return resource.data.get("status") not in ("entered-in-error", "superseded", "cancelled")


def _references(case: Case) -> Iterator[Document]:
    for resource in case.linked("DocumentReference"):
        if _counts(resource):
            node = resource.open(case.log)
            attachments = [a for content in node.nodes("content") if (a := content.node("attachment"))]
            if not attachments:
                node.fault("content", "no attachment", "send the note's text in content.attachment.data")
            yield _document(node, resource.id, "date", _text(case, resource, attachments))


def _reports(case: Case) -> Iterator[Document]:
    """A report without a presented form is a list of results, no note."""
    for resource in case.linked("DiagnosticReport"):
        node = resource.open(case.log)
        forms = node.nodes("presentedForm")
        if forms and _counts(resource):
            yield _document(node, resource.id, "effectiveDateTime", _text(case, resource, forms), kind="code")


def _composition(case: Case, resource: Resource) -> Document:
    node = resource.open(case.log)
    return _document(node, resource.id, "date", "\n\n".join(_sections(node)))


def _sections(node: Node) -> Iterator[str]:
    for section in node.nodes("section"):
        narrative = section.node("text")
        told = html_text(narrative.text("div")) if narrative else ""
        if told:
            yield f"{section.text('title')}\n{told}".strip()
        yield from _sections(section)


def _document(node: Node, document_id: str, when: str, text: str, kind: str = "type") -> Document:
    concept = node.node(kind)
    at = node.moment(when)
    return Document(
        document_id=document_id,
        loinc=from_system(concept, LOINC),
        title=concept_text(concept, codings(concept)) or node.text("title"),
        date=at.first if at else None,
        text=text,
    )


def _text(case: Case, resource: Resource, attachments: list[Node]) -> str:
    """The text of the first attachment that can be read; where none can, the errors of all of them."""
    trials = Log()
    for attachment in attachments:
        log = Log()
        text = _attachment(case, resource, Node(attachment.data, log, attachment.path))
        if not log:
            return text
        trials.extend(log.errors)
    case.log.extend(trials.errors)
    return ""


def _attachment(case: Case, resource: Resource, node: Node) -> str:
    media_type, _, parameters = node.text("contentType").partition(";")
    data, holder = node.text("data"), node
    if not data:
        binary = case.desk.index.resolve(resource, {"reference": node.text("url")})
        if binary is None or binary.kind != "Binary":
            node.fault(
                "data", "no text", "send the text itself in data (base64); it is not fetched from a url"
            )
            return ""
        holder = binary.open(node.log)
        data, media_type = holder.text("data"), media_type or holder.text("contentType").partition(";")[0]
    reader = _READERS.get(media_type.strip().lower())
    if reader is None:
        shown = media_type if _MEDIA_TYPE.fullmatch(media_type) else "not stated"
        node.fault(
            "contentType", f"{shown}: not a kind of text that is read", f"send {' or '.join(_READERS)}"
        )
        return ""
    return reader(_decoded(holder, data, parameters)).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(node: Node, data: str, parameters: str) -> str:
    _, _, charset = parameters.replace(" ", "").lower().partition("charset=")
    try:
        return b64decode("".join(data.split()), validate=True).decode(charset.strip('"') or "utf-8")
    except (binascii.Error, ValueError) as error:
        wrong = "not text in its charset" if isinstance(error, UnicodeDecodeError) else "not base64"
        node.fault("data", wrong, "encode the note as UTF-8, then as base64")
    except LookupError:
        node.fault("contentType", "a charset that is not known", "send the note in UTF-8")
    return ""
