"""The Confluent wire format against a registry that speaks the real protocol on a local port."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from services.contracts.codec import EventCodec
from services.contracts.errors import NotAnEvent
from services.contracts.wire import TopicWire
from services.stage.model import Emit, Record
from tests.contracts.test_wire import decision


class RegistryHandler(BaseHTTPRequestHandler):
    """Registers schemas under ids from 1 and gives them back."""

    schemas: list[str]

    def do_POST(self) -> None:
        """Register a schema under a subject."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["schema"] not in self.schemas:
            self.schemas.append(body["schema"])
        self.answer({"id": self.schemas.index(body["schema"]) + 1, "schema": body["schema"]})

    def do_GET(self) -> None:
        """Look a schema up by id."""
        ident = int(self.path.split("?")[0].rsplit("/", 1)[1])
        self.answer({"schema": self.schemas[ident - 1], "schemaType": "AVRO"})

    def answer(self, content: object) -> None:
        """Send JSON."""
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def registry_url() -> Iterator[str]:
    """A registry on a free port."""
    handler = type("Handler", (RegistryHandler,), {"schemas": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_with_a_registry_the_confluent_format_is_written_and_read(
    registry_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Magic byte, schema id, body; another process reads it by the id."""
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", registry_url)
    event = decision()
    encoded = EventCodec.from_environment().encode(Emit("decisions", event))
    assert encoded.value[:5] == b"\x00\x00\x00\x00\x01"
    record = Record("decisions", 0, 0, None, encoded.value, {}, 0)
    assert EventCodec.from_environment().decode(record) == event


def test_both_formats_are_read_behind_a_registry(registry_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records written before the registry came stay readable; without it, its records are refused."""
    plain = TopicWire("decisions").encode(decision())
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", registry_url)
    codec = EventCodec.from_environment()
    assert codec.decode(Record("decisions", 0, 0, None, plain, {}, 0)) == decision()
    with pytest.raises(NotAnEvent):
        TopicWire("decisions").decode(codec.encode(Emit("decisions", decision())).value)
