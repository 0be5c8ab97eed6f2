"""The stages of the pipeline as they are installed, in the order in which an encounter passes them."""

from collections.abc import Callable
from datetime import date
from typing import Final

from services.claims.batching.handler import BatchingHandler
from services.claims.handler import ClaimsHandler
from services.claims.life.handler import LifeHandler
from services.coder.handler import CoderHandler
from services.contracts.resources import site_folder
from services.contracts.topology import LOOP, TOPOLOGY, stage_of
from services.ingest.handler import IngestHandler
from services.ingest.site import load_site
from services.stage.model import Handler, Stage
from services.validator.handler import ValidatorHandler

HANDLERS: Final[dict[str, Callable[[], Handler]]] = {
    "coder": CoderHandler,
    "validator": ValidatorHandler,
    "claims": ClaimsHandler,
}


def stages(as_of: date | None = None) -> list[Stage]:
    """Every stage with its handler; `as_of` is the day as of which every encounter is judged.

    Raises `SiteError` or `ChargeMasterError` where the site's files are wrong, each place named.
    """
    handlers = {**HANDLERS, "ingest": lambda: IngestHandler(load_site(site_folder()), as_of)}
    return [stage_of(name, handlers[name]) for name in TOPOLOGY]


def loop_stages() -> list[Stage]:
    """The stages that follow a claim to its payer and back."""
    handlers: dict[str, Callable[[], Handler]] = {"batching": BatchingHandler, "life": LifeHandler}
    return [stage_of(name, handlers[name]) for name in LOOP]
