"""Publishing the contracts: `schemas/<topic>.avsc`, and every version ever published under `history/`."""

import json
from pathlib import Path

from services.contracts.avro_schema import avro_schema
from services.contracts.events import EVENT_TYPES
from services.contracts.wire import crc64


def publish(target: Path) -> list[Path]:
    """Write each topic's schema and keep it in the history by its fingerprint; the files that changed."""
    changed = []
    for topic, kind in sorted(EVENT_TYPES.items()):
        schema = avro_schema(kind.model)
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for file in (target / f"{topic}.avsc", target / "history" / topic / f"{crc64(schema).hex()}.avsc"):
            if not file.exists() or file.read_text() != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                changed.append(file)
    return changed
