"""Where a record goes: a hash of its partition key that is the same everywhere and for ever."""

from zlib import crc32


def partition_of(partition_key: str, count: int) -> int:
    """The partition, 0 to count-1: CRC-32 of the UTF-8 bytes modulo the count.

    The same as librdkafka's `partitioner=consistent`, so that another producer that uses the
    partition key as its message key puts its records beside ours.
    """
    return crc32(partition_key.encode()) % count
