"""Judges: what a trial found right or wrong, and the independent questions that several trials ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from django.conf import settings

from bench import Broken
from gisserver.common.db import sql
from grids.proof import partition_defects

SQL = Path(__file__).parent / "sql"


@dataclass(slots=True)
class Judge:
    """Collects verdicts, says each at once, and breaks the bench in the end if one was wrong."""

    wrong: list[str] = field(default_factory=list)

    def that(self, holds: object, what: str) -> None:
        """Say whether ``what`` holds."""
        if not holds:
            self.wrong.append(what)
        print(f"  {'right' if holds else 'WRONG'}: {what}", flush=True)

    def close(self) -> None:
        """Raise Broken when anything was wrong."""
        if self.wrong:
            raise Broken("; ".join(self.wrong))


def misplaced() -> int:
    """Return how many buildings and open incidents have another grid, or none or two, than law 3 says now."""
    found = sql.rows(SQL / "misplaced.sql", tolerance_m=settings.NEAREST_TOLERANCE_M)
    return sum(int(row["wrong"]) for row in found)


def partition_faults() -> int:
    """Return how many defects the independent checker finds in what is stored."""
    return len(partition_defects()[0])


def percentiles(seconds: Sequence[float]) -> str:
    """Return p50, p95 and p99 in words."""
    p50, p95, p99 = (np.percentile(seconds, p) * 1000 for p in (50, 95, 99))
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms"
