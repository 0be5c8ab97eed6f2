"""What the commands that talk to Kafka need."""

import pytest
from click.testing import CliRunner

from services.cli import main
from services.stage.settings import Settings, from_environment


@pytest.fixture
def cluster(kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A cluster with the pipeline's topics, named by the environment."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka_bootstrap)
    result = CliRunner().invoke(main, ["topics", "apply"])
    assert result.exit_code == 0, result.output
    return from_environment()
