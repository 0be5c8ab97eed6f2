"""Dead letters: read, listed, and published again where they came from."""

from collections.abc import Iterator, Sequence
from typing import Final

from confluent_kafka import Producer

from services.contracts.codec import EventCodec
from services.contracts.dead_letter import REPLAY_OF, DeadLetter
from services.contracts.events import DEAD_LETTERS
from services.pipeline.errors import PipelineError
from services.pipeline.reader import TopicReader
from services.stage.model import ORIGIN
from services.stage.partition import partition_of
from services.stage.settings import Settings

SECONDS: Final = 30.0


def dead_letters(settings: Settings, codec: EventCodec) -> Iterator[DeadLetter]:
    """Every dead letter that the topic holds, oldest first within a partition."""
    with TopicReader(settings, [DEAD_LETTERS]) as reader:
        for record in reader.to_end():
            if record.value:
                event = codec.decode(record)
                if isinstance(event, DeadLetter):
                    yield event


def replay(settings: Settings, letters: Sequence[DeadLetter]) -> list[str]:
    """Publish the originals to their topics again; the ids of those that could not be.

    Safe to repeat: what an encounter already gave is not given again. A truncated original cannot be
    replayed; its source must publish it anew.
    """
    producer = Producer({**settings.client, "enable.idempotence": True, "message.max.bytes": 20_000_000})
    failed = [letter.letter_id for letter in letters if letter.truncated]
    for letter in letters:
        if not letter.truncated:
            _publish(producer, letter, failed)
    left = producer.flush(SECONDS)
    if left:
        raise PipelineError(
            f"{left} of {len(letters)} replayed records were not acknowledged in {SECONDS:.0f} s"
        )
    return sorted(failed)


def _publish(producer: Producer, letter: DeadLetter, failed: list[str]) -> None:
    headers = {name: value.encode() for name, value in letter.source_headers.items() if name != ORIGIN}
    count = len(producer.list_topics(letter.source_topic, SECONDS).topics[letter.source_topic].partitions)
    place = (
        letter.source_partition if letter.source_partition < count else partition_of(letter.letter_id, count)
    )
    producer.produce(
        letter.source_topic,
        value=letter.original,
        key=letter.source_key,
        partition=place,
        headers={**headers, REPLAY_OF: letter.letter_id.encode()},
        on_delivery=lambda error, _: failed.append(letter.letter_id) if error is not None else None,
    )
    producer.poll(0)
