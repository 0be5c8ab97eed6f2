import socket
from pathlib import Path

from services.broker.ports import HOST, Ports, is_free, pick


def test_a_port_that_someone_listens_on_is_not_free() -> None:
    port = pick()
    assert is_free(port)
    with socket.socket() as server:
        server.bind((HOST, port))
        server.listen()
        assert not is_free(port)
    assert Ports(port, 1).bootstrap == f"127.0.0.1:{port}"


def test_picked_ports_are_outside_the_range_that_clients_get() -> None:
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    lowest = int(ephemeral.read_text().split()[0]) if ephemeral.exists() else 49152
    picked = {pick() for _ in range(20)}
    assert all(1024 < port < min(lowest, 32768) for port in picked)
    assert pick(*picked) not in picked
