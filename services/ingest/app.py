"""The ingest service: `faust -A services.ingest.app worker` or `claimstream service ingest`."""

from services.contracts.topology import stage_of
from services.ingest.handler import IngestHandler
from services.stage.app import stage_app

app = stage_app("ingest", lambda: stage_of("ingest", IngestHandler.from_environment))
