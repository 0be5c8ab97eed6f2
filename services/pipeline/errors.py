"""What can go wrong when the rooms are run together.

PipelineError
└── NotConserved    encounters or dollars went in that reached no end state
"""


class PipelineError(Exception):
    """Root of the pipeline's errors."""


class NotConserved(PipelineError):
    """The ledger does not balance: names the encounters, never a patient."""
