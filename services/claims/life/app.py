"""The service of claims' lives: `faust -A services.claims.life.app worker`."""

from services.claims.life.handler import LifeHandler
from services.contracts.topology import stage_of
from services.stage.app import stage_app

app = stage_app("life", lambda: stage_of("life", LifeHandler))
