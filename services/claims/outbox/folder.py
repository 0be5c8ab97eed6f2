"""The folder that a clearinghouse's upload empties: each batch's file appears in it once, whole.

    OUT/NAME.x12                     complete files, to be taken away at any time
    OUT/.claimstream/pending/        files that are being written
    OUT/.claimstream/written.ndjson  the batches that were written, one a line
    OUT/.claimstream/corrections/    corrections that wait for the payer's number, a file each
    OUT/.claimstream/offsets.json    from where the topics are read again

A file is written aside and noted as written before it appears under its name. Whoever comes back after a
crash knows: noted and still aside, it has yet to appear; noted and gone, it has appeared, wherever it is now.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from services.claims.errors import FolderTaken
from services.claims.outbox.corrections import Correction
from services.claims.outbox.interchange import Interchange
from services.contracts.as_json import as_json
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimBatch, ClaimEvent

Publish = Callable[[Iterable[ClaimEvent]], object]
HIDDEN: Final = ".claimstream"


class Folder:
    """The folder and its memory; one process at a time has it."""

    def __init__(self, out: Path) -> None:
        """Make what is missing; `done` are the batches that were written before."""
        self._out, self._home = out, out / HIDDEN
        self._pending, self._held = self._home / "pending", self._home / "corrections"
        for folder in (self._pending, self._held):
            folder.mkdir(parents=True, exist_ok=True)
        self._ledger = self._home / "written.ndjson"
        self._stack = ExitStack()
        self.done: set[str] = set()
        self.waiting: dict[str, tuple[Correction, datetime]] = {}
        """Corrections that wait, by ident, with the time since when."""
        self.files = 0

    def __enter__(self) -> Self:
        """Take the folder; raises `FolderTaken`."""
        lock = self._stack.enter_context((self._home / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._stack.close()
            raise FolderTaken(
                f"{self._out}: another process writes there; stop it, or name a folder of its own"
            ) from None
        rows = self._rows()
        self.done = {row["batch_id"] for row in rows}
        owed = {ident for row in rows for ident in row.get("later", ())} - self.done
        self.waiting = {ident: self._waiting(ident) for ident in sorted(owed)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the folder back."""
        self._stack.close()

    def recover(self, publish: Publish) -> None:
        """Finish what a crash interrupted: publish and let appear what was noted, drop what was not."""
        noted = {row["name"] for row in self._rows()}
        for events in sorted(self._pending.glob("*.events")):
            if events.stem in noted:
                self._appear(events.stem, publish)
        for left in self._pending.iterdir():
            left.unlink()
        for left in self._held.iterdir():
            if left.stem not in self.waiting:
                left.unlink()

    def put(self, interchange: Interchange, publish: Publish, now: datetime) -> None:
        """Write a batch's file, once. What `publish` raises leaves it noted: `recover` goes on from there.

        Corrections that go out later are kept from `now` on.
        """
        name, batch = interchange.name, interchange.batch
        self._write(f"{name}.events", b"".join(as_json(event) + b"\n" for event in interchange.events))
        if interchange.text:
            self._write(name, interchange.text.encode("ascii"))
        for each in interchange.later:
            self._hold(each, now)
        row: dict[str, Any] = {"batch_id": batch.batch_id, "name": name, "claims": interchange.claims}
        if interchange.later:
            row["later"] = [each.ident for each in interchange.later]
        with self._ledger.open("ab") as ledger:
            ledger.write(as_json({**row, "dollars": interchange.dollars}) + b"\n")
            ledger.flush()
            os.fsync(ledger.fileno())
        self.done.add(batch.batch_id)
        self.waiting |= {each.ident: (each, now) for each in interchange.later}
        if self.waiting.pop(batch.batch_id, None) is not None:
            (self._held / f"{batch.batch_id}.json").unlink()
        self._appear(name, publish)

    def offsets(self) -> dict[tuple[str, int], int]:
        """From where the topics are to be read."""
        try:
            rows = json.loads((self._home / "offsets.json").read_text())
        except FileNotFoundError:
            return {}
        return {(topic, partition): offset for topic, partition, offset in rows}

    def keep_offsets(self, marks: Mapping[tuple[str, int], int], waiting: Mapping[str, int]) -> None:
        """Note from where to read after a restart, and, for who looks, what is waited for."""
        rows = [[topic, partition, offset] for (topic, partition), offset in sorted(marks.items())]
        self._replace("offsets.json", json.dumps(rows))
        self._replace("waiting.json", json.dumps({**waiting, "files": self.files}))

    def _hold(self, correction: Correction, since: datetime) -> None:
        """Keep a correction; it counts once the ledger names it."""
        row = {"batch": correction.batch, "claim": correction.claim}
        content = {name: json.loads(as_json(each)) for name, each in row.items()}
        part = self._held / f"{correction.ident}.part"
        with part.open("w") as stream:
            json.dump(content | {"since": since.isoformat()}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._held / f"{correction.ident}.json")
        self._settle(self._held)

    def _waiting(self, ident: str) -> tuple[Correction, datetime]:
        row = json.loads((self._held / f"{ident}.json").read_bytes())
        claim = Claim.model_validate_json(json.dumps(row["claim"]))
        batch = ClaimBatch.model_validate_json(json.dumps(row["batch"]))
        return Correction(batch, claim), datetime.fromisoformat(row["since"])

    def _rows(self) -> list[dict[str, Any]]:
        """The ledger; a last line that a crash cut off was never acted upon."""
        if not self._ledger.exists():
            return []
        content = self._ledger.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            self._ledger.write_bytes(whole)
        return [json.loads(line) for line in whole.splitlines()]

    def _appear(self, name: str, publish: Publish) -> None:
        events = self._pending / f"{name}.events"
        lines = events.read_bytes().splitlines()
        publish([ClaimEvent.model_validate_json(line) for line in lines])
        if (self._pending / name).exists():
            (self._pending / name).replace(self._out / name)
            self.files += 1
        events.unlink()
        self._settle(self._out)

    def _write(self, name: str, content: bytes) -> None:
        """On the disk, whole, when it returns."""
        part = self._pending / f"{name}.part"
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._pending / name)
        self._settle(self._pending)

    def _replace(self, name: str, content: str) -> None:
        part = self._home / f"{name}.part"
        part.write_text(content)
        part.replace(self._home / name)

    @staticmethod
    def _settle(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
