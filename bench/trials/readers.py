"""Readers at work while a redraw is published: each answer is wholly old or wholly new, and never old after new."""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import shapely

from bench.trials.client import Answer, Client
from bench.trials.judging import Judge, percentiles

PLACES = 24
LISTS = 8
ZOOMS = (12, 14, 15)
LEAD_S = 1.0
# Four readers ask about fifty times a second in all: a busy office, and no flood.
PAUSE_S = 0.05


@dataclass(slots=True)
class Readers:
    """Threads that poll doors from the beginning of the block to a while after its end."""

    port: int
    token: str
    foreseen: Any
    seen: list[tuple[str, Answer]] = field(default_factory=list)
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        doors = self._doors()
        self.before = self._snapshot([path for group in doors for path in group])
        self._threads = [threading.Thread(target=self._poll, args=(group,)) for group in doors]
        for thread in self._threads:
            thread.start()
        time.sleep(LEAD_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        time.sleep(LEAD_S)
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.after = self._snapshot(list(self.before))

    def judged(self, judge: Judge) -> None:
        """Say what the readers saw."""
        changed = {path for path in self.before if self.before[path] != self.after[path]}
        mixed = [
            path for path, answer in self.seen if content(path, answer) not in (self.before[path], self.after[path])
        ]
        reads = [(path, answer) for path, answer in self.seen if path in changed]
        new = [answer for path, answer in reads if content(path, answer) == self.after[path]]
        first = min((answer.ended for answer in new), default=math.inf)
        late = [path for path, answer in reads if answer.began > first and content(path, answer) == self.before[path]]
        times = percentiles([answer.seconds for _, answer in self.seen])
        print(f"  {len(self.seen)} reads of {len(self.before)} doors, {len(changed)} with other answers after; {times}")
        judge.that(new and not mixed, f"{len(reads)} reads were wholly old or wholly new, {len(new)} of them new")
        judge.that(not late, "nobody read the old state after anybody had read the new one")
        for path in dict.fromkeys(mixed):
            print(f"  mixed: {path}")

    def _doors(self) -> list[list[str]]:
        """Return groups of paths about areas that will change, one group for each reader."""
        rows = [row for row in self.foreseen["grids"] if row["geometry"]][: PLACES * 3 : 3]
        places = [shapely.point_on_surface(shapely.geometry.shape(row["geometry"])) for row in rows]
        codes = list(dict.fromkeys(row["code"][:12] for row in rows))[:LISTS]
        tiles = {_tile(place, zoom) for place in places[:LISTS] for zoom in ZOOMS}
        return [
            [f"/api/grids/at?lon={place.x}&lat={place.y}" for place in places],
            [f"/api/grids/?limit=1000&community={code}" for code in codes] + ["/api/grids/?limit=1000"],
            [f"/api/grids/{row['code']}/" for row in rows],
            [f"/tiles/grids/{z}/{x}/{y}.mvt" for z, x, y in sorted(tiles)],
        ]

    def _snapshot(self, paths: Sequence[str]) -> dict[str, object]:
        client = Client(self.port, self.token)
        return {path: content(path, client.get(path)) for path in paths}

    def _poll(self, paths: Sequence[str]) -> None:
        client = Client(self.port, self.token)
        while not self._stop.is_set():
            for path in paths:
                self.seen.append((path, client.get(path)))
                time.sleep(PAUSE_S)


def content(path: str, answer: Answer) -> object:
    """Return what an answer says, without the moment at which it was asked."""
    if answer.status != 200 or not path.startswith("/api/grids/at"):
        return answer.status, answer.body
    return answer.status, {name: value for name, value in answer.json().items() if name != "at"}


def _tile(place: Any, zoom: int) -> tuple[int, int, int]:
    y = 0.5 - math.asinh(math.tan(math.radians(place.y))) / (2 * math.pi)
    return zoom, int((place.x / 360 + 0.5) * 2**zoom), int(y * 2**zoom)
