"""The batching service: `faust -A services.claims.batching.app worker`."""

from services.claims.batching.handler import BatchingHandler
from services.contracts.topology import stage_of
from services.stage.app import stage_app

app = stage_app("batching", lambda: stage_of("batching", BatchingHandler))
