"""Figures of former runs: one line of JSON each, in a file of the home, so that a slower commit is seen."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

SLOWER = 0.8


@dataclass(frozen=True, slots=True)
class Run:
    """One run: where and when, of what, and the answers a second of each door."""

    commit: str
    date: str
    machine: str
    demo: str
    figures: Mapping[str, float]


def this_run(figures: Mapping[str, float], *, demo: str, tree: Path) -> Run:
    """Return a run of now, on this machine."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Run(told.stdout.strip() or "unknown", now, machine(), demo, figures)


def machine() -> str:
    """Return what tells this machine from others: its name and its processors."""
    return f"{platform.node()}, {os.cpu_count()} × {platform.machine()}"


def read(path: Path) -> list[Run]:
    """Return the runs in a file, oldest first; none when there is no file."""
    if not path.exists():
        return []
    return [Run(**json.loads(line)) for line in path.read_text().splitlines() if line.strip()]


def append(path: Path, run: Run) -> None:
    """Add a run to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")


def last_before(runs: Sequence[Run], run: Run) -> Run | None:
    """Return the last of ``runs`` on the same machine and the same size of the demo."""
    alike = [other for other in runs if (other.machine, other.demo) == (run.machine, run.demo)]
    return alike[-1] if alike else None


def slower(run: Run, before: Run) -> dict[str, float]:
    """Return the doors that are slower than 0.8 × what they were, with that ratio."""
    ratios = {
        door: rate / before.figures[door] for door, rate in run.figures.items() if before.figures.get(door, 0.0) > 0
    }
    return {door: ratio for door, ratio in ratios.items() if ratio < SLOWER}
