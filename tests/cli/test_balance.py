"""How the end states are shown."""

import pytest

from services.cli.balance import balance_table
from services.pipeline.ledger import balance


def test_the_reader_is_told_where_the_dead_letters_are(capsys: pytest.CaptureFixture[str]) -> None:
    balance_table(balance([]), 2, "see out/dead-letters.ndjson")
    assert capsys.readouterr().out.endswith("2 dead letters: see out/dead-letters.ndjson\n")
    balance_table(balance([]), 0, "see out/dead-letters.ndjson")
    assert "dead letters" not in capsys.readouterr().out
