"""Makes the broker ready to start fast: the jars, and an archive of Kafka's classes as Java loads them.

Most of a broker's start is spent on loading and checking some 8,000 classes. Java can write them down at the
end of one run (`-XX:ArchiveClassesAtExit`, class data sharing) and map them at the next.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from services.broker import jars
from services.broker.lifecycle import start, stop

_DUMP_SECONDS = 120.0


def install() -> bool:
    """Fetch the jars and make the class archive. False when both were there. Raises a `BrokerError`.

    Makes the archive with one start and stop of a broker in a folder that is then removed.
    """
    if jars.installed() and jars.ARCHIVE.is_file():
        return False
    jars.ensure()
    with TemporaryDirectory(dir=jars.TARGET, prefix="archive-") as folder:
        home, fresh = Path(folder) / "home", Path(folder) / jars.ARCHIVE.name
        start(home, java=[f"-XX:ArchiveClassesAtExit={fresh}"])
        stop(home, timeout=_DUMP_SECONDS)
        if fresh.is_file():
            fresh.replace(jars.ARCHIVE)
    return True
