"""The user's folder of rules while the service runs: changed files are taken up between batches.

A folder with a bad file is refused whole, said in the log with file, rule and place, and counted; the rules
in use stay in use. At the start of a service there is nothing to stay with: a bad file then stops it.
"""

import logging
from pathlib import Path

from services.validator import metrics
from services.validator.catalog import Catalog, load, user_files
from services.validator.errors import BadRule

_log = logging.getLogger(__name__)
_Stamp = tuple[tuple[str, int, int], ...]


class RuleFolder:
    """The package's rules with those of a folder on top, as they were when they last were all good."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load the rules; raises `BadRule`."""
        self._folder = folder
        self._stamp = _stamp(folder)
        self.catalog: Catalog = load(folder)

    def refresh(self) -> bool:
        """Take up changed files; whether `catalog` is another one now."""
        stamp = _stamp(self._folder)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            catalog = load(self._folder)
        except BadRule as error:
            metrics.refused_rules.inc()
            _log.warning("changed rules are refused, those in use stay: %s", error)
            return False
        changed = catalog.version != self.catalog.version
        self.catalog = catalog
        return changed


def _stamp(folder: Path | None) -> _Stamp:
    """Name, size and time of change of every file; empty where the folder cannot be read just now."""
    try:
        stats = [(path.name, path.stat()) for path in user_files(folder)]
    except (OSError, BadRule):
        return ()
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
