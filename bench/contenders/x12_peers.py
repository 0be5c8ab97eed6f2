"""x12sdk and pyx12 at the claims bench's jobs, each set up as fast as it sensibly goes."""

import io
import logging
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

Job = Callable[[], object]

logging.getLogger("pyx12").setLevel(logging.CRITICAL)


def sdk_reads(text: str) -> Job:
    """An 835 into x12sdk's models."""
    reader = import_module("x12sdk.io").X12ModelReader

    def job() -> int:
        with reader(text) as models:
            return sum(1 for _ in models.models())

    return job


def sdk_writes(file: Path) -> tuple[Job, Job]:
    """The same 837 from values (models are built, then written), and from models that are built already."""
    with import_module("x12sdk.io").X12ModelReader(str(file)) as reader:
        models = list(reader.models())
    contents = [(type(model), _as_x12(model.model_dump(exclude_none=True))) for model in models]
    return (
        lambda: [kind(**content).x12() for kind, content in contents],
        lambda: [model.x12() for model in models],
    )


def _as_x12(content: Any) -> Any:  # noqa: ANN401 (whatever a model holds)
    """A model's content as its constructor takes it: days as X12 writes them."""
    if isinstance(content, dict):
        return {key: _as_x12(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_as_x12(value) for value in content]
    return f"{content:%Y%m%d}" if isinstance(content, date) else content


def pyx12_validates(text: str) -> Job:
    """An 835 walked along pyx12's map."""
    document = import_module("pyx12.x12n_document").x12n_document
    params = import_module("pyx12.params").params
    return lambda: document(params(), io.StringIO(text), None, None)


def pyx12_reads_segments(text: str) -> Job:
    """An 835 into segments, with envelope counts: no map, no claim."""
    reader = import_module("pyx12.x12file").X12Reader
    return lambda: sum(1 for _ in reader(io.StringIO(text)))


def pyx12_writes_segments(file: Path) -> Job:
    """The same 837 from the finished texts of its segments, which pyx12 takes apart and joins."""
    writer_of = import_module("pyx12.x12file").X12Writer
    segment = import_module("pyx12.segment").Segment
    texts = [line.rstrip("~") for line in file.read_text().splitlines()]

    def job() -> None:
        writer = writer_of(io.StringIO())
        for text in texts:
            writer.Write(segment(text, "~", "*", ":"))

    return job
