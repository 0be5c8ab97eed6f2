"""The validator service: `faust -A services.validator.app worker` or `claimstream service validator`."""

from services.contracts.topology import stage_of
from services.stage.app import stage_app
from services.validator.handler import ValidatorHandler

app = stage_app("validator", lambda: stage_of("validator", ValidatorHandler))
