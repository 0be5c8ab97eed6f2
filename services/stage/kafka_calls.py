"""What Kafka's errors mean for the loop (rule 5)."""

from collections.abc import Callable
from logging import getLogger
from typing import Final, TypeVar

from confluent_kafka import KafkaError, KafkaException

from services.stage.errors import AbortError, FatalError, FencedError, StageError, TooLargeError

log = getLogger(__name__)

_TRIES: Final = 5
_FENCED: Final = frozenset(
    {
        KafkaError._FENCED,  # noqa: SLF001 (its public name has the underscore)
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.PRODUCER_FENCED,
    }
)

T = TypeVar("T")


def call(what: str, function: Callable[[], T]) -> T:
    """Call Kafka; the same call again, at most 5 times in all, where the error is retriable.

    Raises AbortError where Kafka says that the transaction must be aborted, FatalError for the rest.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            return function()
        except KafkaException as exception:
            error = exception.args[0]
            if attempt == _TRIES or not _again(error):
                raise meaning(what, error) from exception
            log.warning("%s: %s; trying again", what, error.name())
    raise AssertionError("unreachable")


def meaning(what: str, error: KafkaError) -> StageError:
    """The error of ours that a Kafka error amounts to."""
    text = f"{what}: {error.name()}: {error.str()}"
    if error.code() in _FENCED:
        return FencedError(text)
    if error.fatal():
        return FatalError(text)
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return TooLargeError(text)
    if error.txn_requires_abort():
        return AbortError(text)
    return FatalError(text)


def _again(error: KafkaError) -> bool:
    return error.retriable() and not error.fatal() and not error.txn_requires_abort()
