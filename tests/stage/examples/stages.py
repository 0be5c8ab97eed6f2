"""Puts a stage together from the name of its handler's module."""

from importlib import import_module

from services.stage.model import Handler, Stage
from tests.stage.examples.codec import JsonCodec


def build(handler: str, inputs: tuple[str, ...], output: str, dead: str, name: str = "") -> Stage:
    """The stage `name` (by default the handler's) whose handler is `examples/<handler>.py`."""
    work: Handler = import_module(f"tests.stage.examples.{handler}").Work(output)
    remembers = type(work).fold is not Handler.fold
    return Stage(
        name=name or handler,
        inputs=inputs,
        outputs=(output,),
        state_topic=output if remembers else None,
        handler=work,
        codec=JsonCodec(dead),
        dead_letter_topic=dead,
    )
