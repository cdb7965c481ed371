"""The request log and the figures of requests, by a thread of its own, so that no answer waits. No Django here.

A line that finds `CAPACITY` others waiting is dropped; that is counted, and so is its request.
"""

import os
import queue
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    """What is known of a request that was answered in ``seconds`` with a body of ``size`` bytes.

    ``header`` is Django's `HEADER`; nothing of what the log says is as the client wrote it.
    """

    id: str
    method: str
    status: int
    seconds: float
    size: int
    header: str | None
    time: float = field(default_factory=time.time)

    @property
    def ms(self) -> float:
        """How long it took, as it is told."""
        return round(self.seconds * 1000, 1)

    @property
    def door(self) -> str:
        """The URL pattern that answered."""
        door: str = observed(self.header).get("door", UNKNOWN_DOOR)
        return door

    def members(self, slow_ms: float) -> dict[str, Any]:
        """Return the members of the line of JSON but for its time."""
        told, ms = observed(self.header), self.ms
        members = {
            "id": self.id,
            "user": told.get("user"),
            "door": self.door,
            "method": method_of(self.method),
            "status": self.status,
            "ms": ms,
            "db_ms": told.get("db_ms", 0.0),
            "statements": told.get("statements", 0),
            "rows": told.get("rows", 0),
            "bytes": self.size,
        }
        if ms >= slow_ms:
            members["slow"] = True
        return members

    def short(self, slow_ms: float) -> str:
        """Return the line for a terminal."""
        told = self.members(slow_ms)
        asked = f" ({told['statements']} statements {told['db_ms']:.0f} ms, {told['rows']} rows)"
        took = f"{told['ms']:.0f} ms{asked if told['statements'] else ''}"
        user = "" if told["user"] is None else f" user {told['user']}"
        slow = " SLOW" if "slow" in told else ""
        answer = f"{self.status} {told['method']} {self.door}"
        return f"{clock(self.time)} {answer} {took} {self.size} B{user} {self.id}{slow}"


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
        """Have a request counted and its line written; never waits. For one thread, that of the event loop."""
        if self._lines.qsize() >= self._capacity:
            self.dropped += 1
            metrics.DROPPED.inc()
            _count([line])
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
            lines = [line for line in batch if line is not None]
            _count(lines)
            self._put(lines)
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


def _count(lines: Sequence[RequestLine]) -> None:
    alike: dict[tuple[str, str, int], list[RequestLine]] = defaultdict(list)
    for line in lines:
        alike[line.door, method_of(line.method), line.status].append(line)
    for (door, method, status), same in alike.items():
        metrics.ANSWERS.count(door, method, status, [line.seconds for line in same])
        metrics.bytes_of(door).inc(sum(line.size for line in same))


def from_environment(environ: Mapping[str, str] = os.environ, stream: TextIO | None = None) -> RequestLog:
    """Return the log as `LOG_FORMAT` and `SLOW_MS` want it. Raises ValueError for what they cannot be."""
    slow_ms = float(environ.get("SLOW_MS") or SLOW_MS)
    return RequestLog(stream, format=format_for(environ.get("LOG_FORMAT", ""), stream), slow_ms=slow_ms)
