from base64 import b64encode
from typing import Any

import pytest

from services.contracts.encounter import Document
from services.ingest.fhir.html_text import html_text
from tests.ingest.bundles import LOINC, Resources, concept, faults, note, read, the_broken, visit

PATH = "(DocumentReference/n1).content[0].attachment"


def documents(resources: Resources) -> tuple[Document, ...]:
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0].documents


def attached(*attachments: dict[str, Any]) -> Resources:
    """The visit with these attachments of its note."""
    resources = visit()
    resources["DocumentReference/n1"]["content"] = [{"attachment": each} for each in attachments]
    return resources


def test_a_note_in_plain_text() -> None:
    (found,) = documents(visit())
    assert (found.document_id, found.loinc, found.title) == ("n1", "11506-3", "Progress note")
    assert found.text == "Diabetes, stable."


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("text/plain; charset=utf-8", note("café\r\nau lait")),
        ("text/plain;charset=ISO-8859-1", b64encode("café\rau lait".encode("latin-1")).decode()),
        ("TEXT/PLAIN", note("café\nau lait")[:5] + "\n " + note("café\nau lait")[5:]),
        ("text/html", note("<p>caf&eacute;</p><script>x()</script><p>au lait</p>")),
    ],
)
def test_kinds_of_text(content_type: str, data: str) -> None:
    (found,) = documents(attached({"contentType": content_type, "data": data}))
    assert [line for line in found.text.split("\n") if line] == ["café", "au lait"]


def test_the_first_form_that_can_be_read_is_taken() -> None:
    pdf = {"contentType": "application/pdf", "data": "JVBERi0="}
    (found,) = documents(attached(pdf, {"contentType": "text/plain", "data": note("as text")}))
    assert found.text == "as text"


def test_text_in_a_binary_of_the_bundle() -> None:
    resources = attached({"url": "Binary/b1"})
    resources["Binary/b1"] = {
        "resourceType": "Binary",
        "id": "b1",
        "contentType": "text/plain",
        "data": note("x"),
    }
    assert documents(resources)[0].text == "x"


@pytest.mark.parametrize(
    ("attachment", "path", "message"),
    [
        (
            {"contentType": "application/pdf", "data": "JVBERi0="},
            "contentType",
            "application/pdf: not a kind of text that is read",
        ),
        ({"data": "eA=="}, "contentType", "not stated: not a kind of text that is read"),
        ({"contentType": "text/plain", "data": "not base64!"}, "data", "not base64"),
        ({"contentType": "text/plain", "data": "/w=="}, "data", "not text in its charset"),
        (
            {"contentType": "text/plain; charset=x-none", "data": "eA=="},
            "contentType",
            "a charset that is not known",
        ),
        ({"contentType": "text/plain", "url": "https://elsewhere/1"}, "data", "no text"),
    ],
)
def test_a_note_that_cannot_be_read_is_an_error(attachment: dict[str, str], path: str, message: str) -> None:
    assert faults(the_broken(read(attached(attachment)))) == {f"{PATH}.{path}": message}


def test_a_note_without_content_is_an_error() -> None:
    assert list(faults(the_broken(read(attached())))) == ["(DocumentReference/n1).content"]


@pytest.mark.parametrize("status", ["superseded", "entered-in-error"])
def test_a_note_that_no_longer_stands_is_left_out(status: str) -> None:
    resources = visit()
    resources["DocumentReference/n1"]["status"] = status
    assert documents(resources) == ()


def test_a_report_s_presented_form_is_a_note_and_one_without_is_none() -> None:
    resources = visit()
    resources["DiagnosticReport/g1"] = {
        "resourceType": "DiagnosticReport",
        "id": "g1",
        "status": "final",
        "code": concept(LOINC, "18748-4", "Imaging"),
        "encounter": {"reference": "Encounter/e1"},
        "effectiveDateTime": "2026-03-10",
        "presentedForm": [{"contentType": "text/plain", "data": note("No fracture.")}],
    }
    assert [each.document_id for each in documents(resources)] == ["g1", "n1"]
    del resources["DiagnosticReport/g1"]["presentedForm"]
    assert [each.document_id for each in documents(resources)] == ["n1"]


def test_a_composition_s_narratives_are_a_note() -> None:
    resources = visit()
    resources["Composition/w1"] = {
        "resourceType": "Composition",
        "id": "w1",
        "status": "final",
        "type": concept(LOINC, "18842-5"),
        "encounter": {"reference": "Encounter/e1"},
        "date": "2026-03-09",
        "section": [
            {"title": "Course", "text": {"div": "<div><p>Well.</p></div>"}},
            {"section": [{"title": "Plan", "text": {"div": "<div>Home.</div>"}}]},
        ],
    }
    assert documents(resources)[0].text == "Course\nWell.\n\nPlan\nHome."


def test_html_as_a_reader_sees_it() -> None:
    page = """<html><head><title>t</title><style>p {}</style></head><body><h1>Plan</h1>
    <ul><li>rest</li><li>fluids &amp; soup</li></ul><table><tr><td>BP</td><td>120/80</td></tr></table>
    a<br/>b</body>"""
    lines = [line for line in html_text(page).split("\n") if line]
    assert lines == ["Plan", "- rest", "- fluids & soup", "BP 120/80", "a", "b"]
