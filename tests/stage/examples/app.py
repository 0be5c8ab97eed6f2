"""The counting example as a service: `faust -A tests.stage.examples.app worker`."""

import os

from services.stage.app import stage_app
from services.stage.model import Stage
from tests.stage.examples.stages import build


def build_stage() -> Stage:
    return build(
        os.environ.get("EXAMPLE_HANDLER", "counting"),
        (os.environ["EXAMPLE_INPUT"],),
        os.environ["EXAMPLE_OUTPUT"],
        os.environ["EXAMPLE_DEAD"],
        name="example",
    )


app = stage_app("example", build_stage)
