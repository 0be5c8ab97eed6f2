"""Ids are derived, never drawn: the same event gives the same ids in every replay."""

from hashlib import sha256

ID_LENGTH = 24


def derived_id(*parts: str) -> str:
    """A 24-digit hexadecimal id (96 bits) of the parts, in their order.

    Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    """
    packed = "".join([f"{len(part)}:{part}" for part in parts])
    return sha256(packed.encode()).hexdigest()[:ID_LENGTH]


def patient_key(source: str, patient_id: str) -> str:
    """The key that a patient's records are partitioned by; it does not tell who the patient is."""
    return derived_id("patient", source, patient_id)


def claim_id(encounter_id: str, payer_id: str, claim_type: str) -> str:
    """The id of the claim that bills this encounter to this payer on this form."""
    return derived_id("claim", encounter_id, payer_id, claim_type)


def control_number(claim: str) -> str:
    """The number by which payers know a claim (CLM01: 20 characters): it follows from the claim's id."""
    return derived_id("control", claim)[:20].upper()


def payer_file_id(digest: str) -> str:
    """The id of a payer's interchange, by the SHA-256 of its bytes: the same content is the same file."""
    return derived_id("payer-file", digest)


def work_item_id(encounter_id: str, kind: str) -> str:
    """One item for each encounter and kind of work: a later version updates it in place."""
    return derived_id("work-item", encounter_id, kind)


def finding_id(rule: str, target: str) -> str:
    """Rule and target make a finding's id."""
    return derived_id("finding", rule, target)
