"""The coder service: `faust -A services.coder.app worker` or `claimstream service coder`."""

from services.coder.handler import CoderHandler
from services.contracts.topology import stage_of
from services.stage.app import stage_app

app = stage_app("coder", lambda: stage_of("coder", CoderHandler))
