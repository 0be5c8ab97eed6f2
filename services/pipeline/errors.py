"""What can go wrong when the rooms are run together.

PipelineError
├── NotConserved    encounters or dollars went in that reached no end state
├── ServiceDied     a service of the demo ended by itself
└── TopicUnread     a topic is missing on the cluster
"""


class PipelineError(Exception):
    """Root of the pipeline's errors."""


class NotConserved(PipelineError):
    """The ledger does not balance: names the encounters, never a patient."""


class ServiceDied(PipelineError):
    """A service ended by itself: names it, its exit code and its log."""


class TopicUnread(PipelineError):
    """The topic is not on the cluster."""
