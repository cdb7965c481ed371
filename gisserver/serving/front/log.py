"""The request log: one line for each request, written by a thread of its own, so that no answer waits. No Django here.

A line that finds `CAPACITY` others waiting is dropped, and counted.
"""

import os
import queue
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from gisserver.common.lines import clock, format_for, json_line
from gisserver.common.observation import UNKNOWN_DOOR, method_of, observed
from gisserver.serving.front import metrics

CAPACITY = 20_000
SLOW_MS = 1000.0
# So many lines are written at once; so long the thread lets them gather, for the event loop's sake.
BATCH, GATHER_S = 1000, 0.02


@dataclass(slots=True)
class RequestLine:
    """What the log says of one request. ``door`` is a URL pattern; nothing here is as the client wrote it."""

    id: str
    door: str
    method: str
    status: int
    ms: float
    bytes: int
    user: int | None = None
    db_ms: float = 0.0
    statements: int = 0
    rows: int = 0
    time: float = field(default_factory=time.time)

    def members(self, slow_ms: float) -> dict[str, Any]:
        """Return the members of the line of JSON but for its time."""
        names = ("id", "user", "door", "method", "status", "ms", "db_ms", "statements", "rows", "bytes")
        told = {name: getattr(self, name) for name in names}
        return {**told, "slow": True} if self.ms >= slow_ms else told

    def short(self, slow_ms: float) -> str:
        """Return the line for a terminal."""
        database = f" ({self.statements} statements {self.db_ms:.0f} ms, {self.rows} rows)" if self.statements else ""
        user = "" if self.user is None else f" user {self.user}"
        slow = " SLOW" if self.ms >= slow_ms else ""
        took = f"{self.ms:.0f} ms{database}"
        return f"{clock(self.time)} {self.status} {self.method} {self.door} {took} {self.bytes} B{user} {self.id}{slow}"


def line_of(
    *, id: str, method: str, status: int, seconds: float, size: int, header: str | None, door: str = UNKNOWN_DOOR
) -> RequestLine:
    """Return the line of a request that was answered in ``seconds`` with a body of ``size`` bytes.

    ``header`` is Django's `HEADER`; without one, ``door`` is the pattern that answered.
    """
    told = {"door": door, **observed(header)}
    return RequestLine(id=id, method=method_of(method), status=status, ms=round(seconds * 1000, 1), bytes=size, **told)


class RequestLog:
    """The log on a ``stream``, in lines of JSON or ``short``; its thread starts with the first line."""

    def __init__(
        self, stream: TextIO | None = None, *, format: str = "json", slow_ms: float = SLOW_MS, capacity: int = CAPACITY
    ) -> None:
        self._stream = stream or sys.stdout
        self._format, self._slow_ms, self._capacity = format, slow_ms, capacity
        self._lines: queue.SimpleQueue[RequestLine | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.dropped = 0

    def write(self, line: RequestLine) -> None:
        """Count a request and have its line written; never waits. For one thread, that of the event loop."""
        metrics.count(door=line.door, method=line.method, status=line.status, ms=line.ms, size=line.bytes)
        if self._lines.qsize() >= self._capacity:
            self.dropped += 1
            metrics.DROPPED.inc()
            return
        self._lines.put(line)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="request-log", daemon=True)
            self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what waits, as far as the stream takes it in time."""
        if self._thread is not None:
            self._lines.put(None)
            self._thread.join(timeout_s)
            self._thread = None

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch = [self._lines.get()]
            while len(batch) < BATCH and not self._lines.empty():
                batch.append(self._lines.get())
            going_on = None not in batch
            self._put(line for line in batch if line is not None)
            if going_on:
                time.sleep(GATHER_S)

    def _put(self, lines: Iterable[RequestLine]) -> None:
        text = "".join(f"{self._text(line)}\n" for line in lines)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads it any more, or the disk is full: serving goes on
            self.dropped += text.count("\n")
            metrics.DROPPED.inc(text.count("\n"))

    def _text(self, line: RequestLine) -> str:
        if self._format == "short":
            return line.short(self._slow_ms)
        return json_line(line.time, line.members(self._slow_ms))


def from_environment(environ: Mapping[str, str] = os.environ, stream: TextIO | None = None) -> RequestLog:
    """Return the log as `LOG_FORMAT` and `SLOW_MS` want it. Raises ValueError for what they cannot be."""
    slow_ms = float(environ.get("SLOW_MS") or SLOW_MS)
    return RequestLog(stream, format=format_for(environ.get("LOG_FORMAT", ""), stream), slow_ms=slow_ms)
