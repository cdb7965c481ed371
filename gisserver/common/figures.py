"""The figures of all processes added up: prometheus_client's multiprocess mode. No Django here.

Each process counts in files of its own below `PROMETHEUS_MULTIPROC_DIR`, which is set before prometheus_client is
loaded. Without it a process counts in its memory, and knows of itself only.
"""

import fcntl
import os
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_LOCK = "lock"
# What counters and histograms of processes that have ended are added to.
_ENDED = "ended"


class Durations(Histogram):
    """A histogram that takes many values at once."""

    def observe_all(self, values: Sequence[float]) -> None:
        """Observe all of ``values``: each bucket is added to once, which is what takes time."""
        self._sum.inc(sum(values))
        for bucket, count in Tally(bisect_left(self._upper_bounds, value) for value in values).items():
            self._buckets[bucket].inc(count)


class RequestFigures:
    """How many requests each door answered, and how long they took: ``number`` and ``time`` are names and meanings."""

    def __init__(self, number: tuple[str, str], time: tuple[str, str]) -> None:
        self.number = Counter(*number, ["door", "method", "status"])
        self.time = Durations(
            *time, ["door"], buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Durations]] = {}

    def count(self, door: str, method: str, status: int, seconds: Sequence[float]) -> None:
        """Count requests that took so many ``seconds`` each.

        ``door`` is the URL pattern, never the URL: figures must not grow with what is asked.
        """
        asked = (door, method, status)
        known = self._known.get(asked)
        if known is None:  # to look them up takes longer than to count
            known = self._known[asked] = self.number.labels(door, method, str(status)), self.time.labels(door)
        known[0].inc(len(seconds))
        known[1].observe_all(seconds)


def exposition() -> bytes:
    """Return the figures of all processes, the ended ones included, in Prometheus' text format."""
    folder = _folder()
    if folder is None:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))
    with _locked(folder, fcntl.LOCK_SH):
        return generate_latest(registry)


def process_ended(pid: int) -> None:
    """Keep what process ``pid`` has counted, and drop its gauges; called by whoever sees it end.

    Its files are added to one: else each process that ever ran would leave some to be read for good.
    """
    folder = _folder()
    if folder is None:
        return
    with _locked(folder, fcntl.LOCK_EX):
        for path in folder.glob(f"*_{pid}.db"):
            if not path.name.startswith("gauge_"):
                _add(path, folder / f"{path.name.partition('_')[0]}_{_ENDED}.db")
            path.unlink()


def _add(path: Path, total: Path) -> None:
    """Add the values of a file to those of ``total``."""
    sums = MmapedDict(str(total))
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path)):
        so_far, _ = sums.read_value(key)
        sums.write_value(key, so_far + value, 0.0)
    sums.close()


def _folder() -> Path | None:
    given = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(given) if given else None


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Let nobody read while files are added up."""
    with (folder / _LOCK).open("w") as file:
        fcntl.flock(file, how)
        yield
