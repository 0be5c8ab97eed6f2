"""A Confluent-compatible schema registry as the wire needs it, by confluent-kafka's own client."""

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient


class ConfluentRegistry:
    """Registers a topic's schema under the subject `<topic>-value` and looks schemas up by id."""

    def __init__(self, url: str) -> None:
        """`url` may carry user and password; the client caches what it has seen."""
        self._client = SchemaRegistryClient({"url": url})

    def schema_id(self, topic: str, schema: str) -> int:
        """The schema's id; registers it where it is new."""
        return int(self._client.register_schema(f"{topic}-value", Schema(schema, "AVRO")))

    def schema(self, schema_id: int) -> str:
        """The schema of that id, as JSON; raises `SchemaRegistryError` where there is none."""
        return str(self._client.get_schema(schema_id).schema_str)
