"""Slow clients: a crowd of connections that send or read a byte a second, each opened again when it is closed."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator

from bench.serving.faults.stack import Stack
from bench.serving.running import HOST
from gisserver.runtime import processes

TICK_S = 1.0
# So many come in a second: to make a thousand pages at once would be work, not slowness. When they have come, what they
# ask for is made within a short time.
PER_SECOND = 40
COMING_S, SETTLED_S = 120.0, 10.0
# What a slow reader has room for; the rest waits at the server.
ROOM_BYTES = 4096
BODY_BYTES = 1_000_000


class Crowd:
    """``count`` connections that send ``head``; ``step`` is what each does a second."""

    def __init__(self, port: int, count: int, head: bytes, step: Callable[[socket.socket], bool]):
        self._port, self._count = port, count
        self._head, self._step = head, step
        self._links: list[socket.socket] = []
        self._end = threading.Event()
        self.opened = 0

    @contextlib.contextmanager
    def there(self) -> Iterator[None]:
        """Have them there while the block lasts, which begins when all have come."""
        thread = threading.Thread(target=self._work)
        thread.start()
        try:
            processes.wait_until(lambda: self.opened >= self._count, timeout_s=COMING_S)
            time.sleep(SETTLED_S)
            yield
        finally:
            self._end.set()
            thread.join()
            for link in self._links:
                link.close()

    def _work(self) -> None:
        while not self._end.is_set():
            began = time.monotonic()
            self._links = [link for link in self._links if self._stepped(link)]
            for _ in range(min(PER_SECOND, self._count - len(self._links))):
                self._open()
            self._end.wait(max(0.0, TICK_S - (time.monotonic() - began)))

    def _open(self) -> None:
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM_BYTES)
        link.settimeout(TICK_S)
        try:
            link.connect((HOST, self._port))
            link.sendall(self._head)
        except OSError:
            link.close()
            return
        link.setblocking(False)  # noqa: FBT003 -- the standard library's
        self._links.append(link)
        self.opened += 1

    def _stepped(self, link: socket.socket) -> bool:
        try:
            if self._step(link):
                return True
        except BlockingIOError:
            return True
        except OSError:
            pass
        link.close()
        return False


def slow_bodies(stack: Stack, count: int) -> Crowd:
    """Return clients that send a report a byte a second."""
    head = _head(
        stack, "POST", "/api/incidents/", f"Content-Type: application/json\r\nContent-Length: {BODY_BYTES}\r\n"
    )

    def step(link: socket.socket) -> bool:
        with selectors.DefaultSelector() as readable:
            readable.register(link, selectors.EVENT_READ)
            return not readable.select(0) and link.send(b" ") == 1

    return Crowd(stack.port, count, head, step)


def slow_readers(stack: Stack, count: int) -> Crowd:
    """Return clients that ask for a page of a thousand buildings and read a byte a second."""
    head = _head(stack, "GET", "/ogc/collections/buildings/items?limit=1000", "")
    return Crowd(stack.port, count, head, lambda link: bool(link.recv(1)))


def _head(stack: Stack, method: str, path: str, more: str) -> bytes:
    token = stack.tokens["bench-slow"]
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n{more}\r\n".encode()
