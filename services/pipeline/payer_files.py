"""Payers' files onto `payer-files`: an interchange a record, by the hash of its content.

The stage reads each content once, so publishing a file again, under whatever name, does no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaError, Producer

from services.claims.answers.interchanges import interchanges
from services.claims.life.payer_files import FILE_HEADER
from services.contracts.events import PAYER_FILES
from services.contracts.keys import payer_file_id
from services.pipeline.errors import TopicUnread
from services.stage.partition import partition_of
from services.stage.settings import Settings

MAX_BYTES: Final = 15 * 1024 * 1024
SECONDS: Final = 60.0


@dataclass(slots=True)
class PayerFiles:
    """Publishes files; `failed` names each that could not be, with the reason."""

    settings: Settings
    published: int = 0
    """Interchanges that the cluster has."""
    failed: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _stamps: dict[Path, tuple[int, int]] = field(default_factory=dict)
    _taken: set[Path] = field(default_factory=set)
    _producer: Producer = field(init=False)
    _partitions: int = field(init=False)

    def __post_init__(self) -> None:
        """Connect; raises `TopicUnread` where the topic is missing."""
        config = {"enable.idempotence": True, "message.max.bytes": 2 * MAX_BYTES, "log_level": 2}
        self._producer = Producer({**self.settings.client, **config, "compression.type": "lz4"})
        found = self._producer.list_topics(PAYER_FILES, SECONDS).topics[PAYER_FILES]
        if found.error is not None:
            raise TopicUnread(
                f"topic {PAYER_FILES} is not on the cluster: make it with `claimstream topics apply`"
            )
        self._partitions = len(found.partitions)

    def publish(self, paths: Iterable[Path], *, settled: bool = False) -> None:
        """Publish the files, and all files of the folders; wait until the cluster has them.

        `settled`: only what has not changed since the last call, and only once.
        """
        for path in paths:
            inside = sorted(each for each in path.rglob("*") if each.is_file() and not _hidden(each, path))
            for file in inside if path.is_dir() else [path]:
                if not settled or self._settled(file):
                    self._file(file)
        left = self._producer.flush(SECONDS)
        if left:
            self.failed[f"{left} interchanges"] = "not acknowledged in time"

    def _settled(self, file: Path) -> bool:
        """Whether the file stands as it stood at the last look, and has not been published so."""
        try:
            found = file.stat()
        except OSError:  # taken away since
            return False
        stamp = (found.st_mtime_ns, found.st_size)
        if self._stamps.get(file) != stamp:
            self._stamps[file] = stamp
            self._taken.discard(file)
            return False
        fresh = file not in self._taken
        self._taken.add(file)
        return fresh

    def _file(self, file: Path) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            self.failed[str(file)] = f"cannot be read ({error.strerror})"
            return
        pieces = list(interchanges(content))
        if not pieces:
            self.failed[str(file)] = "is empty; ask the payer for it again"
        for number, piece in enumerate(pieces, start=1):
            name = file.name if len(pieces) == 1 else f"{file.name}#{number}"
            if len(piece) > MAX_BYTES:
                size = f"{len(piece) / 2**20:.1f} MiB"
                self.failed[f"{file}#{number}"] = f"{size}, over {MAX_BYTES // 2**20}: ask for smaller files"
            else:
                self._piece(piece, name)

    def _piece(self, piece: bytes, name: str) -> None:
        ident = payer_file_id(sha256(piece).hexdigest())
        if ident in self._seen:
            return
        self._seen.add(ident)

        def delivered(error: KafkaError | None, _message: object) -> None:
            if error is None:
                self.published += 1
            else:
                self.failed[name] = error.str()
                self._seen.discard(ident)
                self._taken.clear()  # the next look tries again

        self._producer.produce(
            PAYER_FILES,
            value=piece,
            key=ident,
            partition=partition_of(ident, self._partitions),
            headers={FILE_HEADER: name.encode()},
            on_delivery=delivered,
        )
        self._producer.poll(0)


def _hidden(file: Path, folder: Path) -> bool:
    """Whether the file is, or lies in, what begins with a dot: what an upload has not finished."""
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
