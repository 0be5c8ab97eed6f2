"""The table of topics: what each holds, who writes it, how long it is kept; `topics apply` makes it so.

Every topic has the same number of partitions, because a stage's output partition follows its input partition
(both by the hash of the patient) and its state is the output partition with the same number.

How long: a topic that is the memory of a stage is kept no shorter than the time in which an encounter can
still be filed or corrected. Medicare's limit is one calendar year after the service (42 CFR 424.44);
commercial payers' are shorter. Topics with the text of notes are kept only as long as a replay needs
("minimum necessary", 45 CFR 164.502(b)).
"""

from dataclasses import dataclass
from typing import Final

from services.contracts import events

PARTITIONS: Final = 4
MIB: Final = 1024 * 1024
_DAY_MS: Final = 24 * 60 * 60 * 1000
REPLAY_DAYS: Final = 30
LOOP_DAYS: Final = 1_100  # a payer may take a payment back for years
FILING_DAYS: Final = 400
# A consumer that is not further behind than this sees every version of a compacted record.
_EVERY_VERSION_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `retention_days` None: compacted, the last record of a key is kept for ever."""

    name: str
    key: str
    holds: str
    written_by: str
    retention_days: int | None = FILING_DAYS
    max_message_bytes: int = MIB
    partitions: int = PARTITIONS

    def config(self) -> dict[str, str]:
        """The topic's settings in Kafka's names.

        Time is counted from arrival, not from a time stamp that an EHR's clock or a replayed history may have
        put far into the past: such a record would be deleted as soon as it is written.
        """
        size = {"max.message.bytes": str(self.max_message_bytes)}
        if self.retention_days is None:
            lag = str(_EVERY_VERSION_DAYS * _DAY_MS)
            return size | {"cleanup.policy": "compact", "min.compaction.lag.ms": lag}
        return size | {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_days * _DAY_MS),
            "message.timestamp.type": "LogAppendTime",
        }


TOPICS: Final = (
    Topic(
        events.EHR_INBOUND,
        key="source message id",
        holds="the EHR's own bytes; headers say the format",
        written_by="EHRs, gateways",
        retention_days=REPLAY_DAYS,
        max_message_bytes=16 * MIB,
    ),
    Topic(
        events.ENCOUNTERS,
        key="encounter id",
        holds="the normalised encounter, versioned, with the text of its notes",
        written_by="ingest",
        retention_days=REPLAY_DAYS,
        max_message_bytes=16 * MIB,
    ),
    Topic(
        events.CODED_ENCOUNTERS,
        key="encounter id",
        holds="codes with their evidence, queries and route; the coder's memory",
        written_by="coder",
        max_message_bytes=4 * MIB,
    ),
    Topic(
        events.VALIDATED_ENCOUNTERS,
        key="encounter id",
        holds="findings and disposition; the validator's memory",
        written_by="validator",
        max_message_bytes=4 * MIB,
    ),
    Topic(
        events.CLAIMS,
        key="claim id",
        holds="claim records, the last version of each; the memory of claims",
        written_by="claims",
        retention_days=None,
        max_message_bytes=4 * MIB,
    ),
    Topic(
        events.WORK_ITEMS,
        key="item id",
        holds="what a person must decide: coding reviews, queries, edit holds",
        written_by="coder, validator, claims",
        retention_days=None,
    ),
    Topic(
        events.DECISIONS,
        key="encounter id",
        holds="what a person decided",
        written_by="console, other tools",
    ),
    Topic(
        events.DEAD_LETTERS,
        key="source topic/partition/offset",
        holds="the original bytes, the stage that could not read them, every error",
        written_by="every stage",
        max_message_bytes=17 * MIB,  # the largest original and its errors
    ),
    Topic(
        events.BATCH_TICKS,
        key="tick id",
        holds="the passing of time, so that a batch closes by its age without a further claim",
        written_by="a timer",
        retention_days=1,
    ),
    Topic(
        events.CLAIM_BATCHES,
        key="batch id/claim id",
        holds="which claim is in which batch, and when a batch is full; the memory of batching",
        written_by="batching",
    ),
    Topic(
        events.CLAIM_MOVES,
        key="event id",
        holds="what happened to a claim, as told by us or by its payer",
        written_by="batching, readers of 999, TA1, 277CA and 835",
        retention_days=LOOP_DAYS,
    ),
    Topic(
        events.CLAIM_EVENTS,
        key="event id",
        holds="what it made of the claim: state before and after, where its dollars are; the memory of life",
        written_by="life",
        retention_days=LOOP_DAYS,
    ),
    Topic(
        events.ADJUDICATIONS,
        key="event id",
        holds="what a payer decided of a whole claim that another payer is asked after",
        written_by="life",
    ),
    Topic(
        events.PAYER_FILES,
        key="hash of the content",
        holds="payers' own bytes: an interchange of 999, TA1, 277CA or 835 each",
        written_by="`claimstream x12 publish`, gateways",
        max_message_bytes=16 * MIB,
    ),
)
