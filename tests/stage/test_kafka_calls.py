"""What Kafka's errors mean (rule 5), and who is a member of its group (rule 1)."""

import sys
from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError, KafkaException

from services.stage.errors import AbortError, FatalError, FencedError, StageError, TooLargeError
from services.stage.kafka_calls import call
from services.stage.kafka_source import parse_metadata


def failing(error: KafkaError, times: int) -> tuple[Callable[[], str], list[int]]:
    tries: list[int] = []

    def function() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise KafkaException(error)
        return "done"

    return function, tries


RETRIABLE = KafkaError(KafkaError._TIMED_OUT, "slow", retriable=True)


def test_a_retriable_error_is_tried_again_and_at_most_five_times() -> None:
    function, tries = failing(RETRIABLE, 4)
    assert (call("commit", function), len(tries)) == ("done", 5)
    function, tries = failing(RETRIABLE, 5)
    with pytest.raises(FatalError, match="commit: _TIMED_OUT"):
        call("commit", function)
    assert len(tries) == 5


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (KafkaError(KafkaError.ILLEGAL_GENERATION, "x", txn_requires_abort=True), AbortError),
        (KafkaError(KafkaError._TIMED_OUT, "x", retriable=True, txn_requires_abort=True), AbortError),
        (KafkaError(KafkaError.MSG_SIZE_TOO_LARGE, "x", txn_requires_abort=True), TooLargeError),
        (KafkaError(KafkaError._FENCED, "x", fatal=True), FencedError),
        (KafkaError(KafkaError.PRODUCER_FENCED, "x", retriable=True, fatal=True), FencedError),
        (KafkaError(KafkaError.FENCED_INSTANCE_ID, "x"), FencedError),
        (KafkaError(KafkaError.UNKNOWN, "x"), FatalError),
        (KafkaError(KafkaError.UNKNOWN, "x", fatal=True), FatalError),
    ],
)
def test_every_other_error_is_told_at_once(error: KafkaError, meaning: type[StageError]) -> None:
    function, tries = failing(error, 9)
    with pytest.raises(meaning) as caught:
        call("commit", function)
    assert type(caught.value) is meaning
    assert len(tries) == 1


def metadata(generation: int, member: bytes) -> bytes:
    number = generation.to_bytes(4, sys.byteorder, signed=True)
    return b"CGMDv2:" + number + b"group\0" + member + b"\0instance\0"


def test_group_metadata_tells_generation_and_member() -> None:
    assert parse_metadata(metadata(7, b"member")) == (7, "member")
    assert parse_metadata(metadata(-1, b"")) == (-1, "")


def test_group_metadata_of_an_unknown_form_is_not_trusted() -> None:
    with pytest.raises(FatalError, match="unknown way"):
        parse_metadata(b"CGMDv3:" + metadata(7, b"member")[7:])
