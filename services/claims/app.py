"""The claims service: `faust -A services.claims.app worker` or `claimstream service claims`."""

from services.claims.handler import ClaimsHandler
from services.contracts.topology import stage_of
from services.stage.app import stage_app

app = stage_app("claims", lambda: stage_of("claims", ClaimsHandler))
