"""Ports for the servers that tests start."""

import socket


def free_port() -> int:
    """Return a port of this machine that nobody has now; another may take it a moment later."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
