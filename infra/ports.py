"""TCP ports on this machine: which are free, and which answer."""

import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether nothing listens on `port` and this process could."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = LOOPBACK, timeout_seconds: float = 0.5) -> bool:
    """Tell whether something accepts connections on `port`."""
    try:
        socket.create_connection((host, port), timeout=timeout_seconds).close()
    except OSError:
        return False
    return True


def free_ports(count: int, host: str = LOOPBACK) -> list[int]:
    """Return `count` different ports that are free now.

    They lie below the kernel's range for outgoing connections, so that none is taken in passing before a server binds it.
    """
    start = 20000 + (_any_port(host) * 7919) % 10000
    found: list[int] = []
    for offset in range(12000):
        port = 20000 + (start - 20000 + offset) % 12000
        if is_free(port, host):
            found.append(port)
            if len(found) == count:
                return found
    raise OSError(f"本机没有 {count} 个空闲端口 no {count} free ports between 20000 and 32000")


def _any_port(host: str) -> int:
    """Return a port the kernel picks: a cheap spread, so that two test runs start looking in different places."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
