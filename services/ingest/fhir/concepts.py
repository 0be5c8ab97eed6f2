"""Codings and CodeableConcepts, and the value sets that the contract needs (`vocabulary.yaml`)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from services.contracts.base import Coding
from services.ingest.fhir.node import Node


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """Every map of `vocabulary.yaml`: FHIR's code -> the contract's value."""
    text = (files("services.ingest.fhir") / "vocabulary.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: {str(code): str(value) for code, value in table.items()} for name, table in loaded.items()}


def coding(node: Node) -> Coding | None:
    """A Coding with a code; its system stays as it was sent, known or not."""
    code = node.text("code")
    return Coding(system=node.text("system"), code=code, display=node.text("display")) if code else None


def codings(concept: Node | None) -> tuple[Coding, ...]:
    """The codings of a CodeableConcept, in the order that the EHR gave them."""
    if concept is None:
        return ()
    return tuple(found for node in concept.nodes("coding") if (found := coding(node)) is not None)


def concept_text(concept: Node | None, found: tuple[Coding, ...]) -> str:
    """What a CodeableConcept says in words: its text, else the first display."""
    if concept is None:
        return ""
    return concept.text("text") or next((each.display for each in found if each.display), "")


def codes(concept: Node | None) -> list[str]:
    """The codes of a CodeableConcept, whatever their systems."""
    if concept is None:
        return []
    return [code for node in concept.nodes("coding") if (code := node.text("code"))]


def first_code(concept: Node | None) -> str:
    """The first code of a CodeableConcept, or nothing."""
    found = codes(concept)
    return found[0] if found else ""


def translate(table: str, concept: Node | None) -> str:
    """The contract's value of the first code that the table knows, else nothing."""
    known = vocabulary()[table]
    return next((known[code] for code in codes(concept) if code in known), "")


def from_system(concept: Node | None, *systems: str) -> str:
    """The code of a CodeableConcept in one of the systems, else nothing."""
    return next((each.code for each in codings(concept) if each.system in systems), "")


def identifier(node: Node, *systems: str) -> str:
    """The value of the resource's identifier in one of the systems, else nothing."""
    for each in node.nodes("identifier"):
        if each.text("system") in systems:
            return each.text("value")
    return ""


def identifier_typed(node: Node, *types: str) -> str:
    """The value of the resource's identifier of one of the HL7 v2-0203 types, else nothing."""
    for each in node.nodes("identifier"):
        if set(types) & set(codes(each.node("type"))):
            return each.text("value")
    return ""
