"""Where the project keeps its state, and where the broker's files are in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Layout:
    """The broker's files below one home. Everything but `broker.json` is in `kafka/`."""

    home: Path

    @property
    def state(self) -> Path:
        """`broker.json`: there only while a broker runs, or after it was killed."""
        return self.home / "broker.json"

    @property
    def folder(self) -> Path:
        """All that the broker writes, logs and records alike."""
        return self.home / "kafka"

    @property
    def data(self) -> Path:
        """The topics' records."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Kafka's own log, warnings and worse."""
        return self.folder / "server.log"

    @property
    def console(self) -> Path:
        """What the Java process wrote to its standard output and error."""
        return self.folder / "console.log"

    @property
    def config(self) -> Path:
        """The `server.properties` that the broker was last started with."""
        return self.folder / "server.properties"

    @property
    def ports(self) -> Path:
        """The ports of the last start, so that a restart has the same address."""
        return self.folder / "ports.json"

    @property
    def lock(self) -> Path:
        """Held while a start or a stop is under way."""
        return self.folder / "lifecycle.lock"
