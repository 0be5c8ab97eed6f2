"""A claim as FHIR R4: a collection bundle of one Claim and what it refers to, by the conventions of Da Vinci
PAS (careTeam, insurance, item) and CARIN Blue Button (code systems, care team roles, supporting information).
"""

from services.claims.fhir.bundle import bundle

__all__ = ["bundle"]
