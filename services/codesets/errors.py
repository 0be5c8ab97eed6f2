"""What can go wrong with reference data.

CodeSetError
├── SourceMissing        a package the built-in tables are compiled from is not installed, or not as expected
├── StorageError         a compiled table cannot be read: truncated, other format, other byte order
├── ImportRefused        an official file was refused whole (line and reason say where and why)
└── ManifestError        the list of imported tables cannot be read
"""


class CodeSetError(Exception):
    """Any failure of the reference data; the message says what to do."""


class SourceMissing(CodeSetError):
    """A source of the built-in tables is not installed, or not in the form of its pinned version."""


class StorageError(CodeSetError):
    """A compiled table cannot be opened."""


class ManifestError(CodeSetError):
    """The manifest of imported tables is damaged."""


class ImportRefused(CodeSetError):
    """An official file is refused as a whole; the version in use stays.

    `line` counts from 1 in the (unzipped) file and is 0 when the reason concerns the whole file.
    """

    def __init__(self, source: str, reason: str, line: int = 0) -> None:
        self.source = source
        self.reason = reason
        self.line = line
        where = f"{source}, line {line}" if line else source
        super().__init__(f"{where}: {reason}")
