"""Every door of the table beside its peer, in one run on one database; a line in the history."""

from collections.abc import Sequence

from bench import Broken
from bench.serving import history, wrk
from bench.serving.doors import cold, geocode, health, pages, points, reports, warm
from bench.serving.ground import ROOT, fresh_database, history_file
from bench.serving.people import tokens_of
from bench.serving.site import django_on
from bench.serving.stage import Stage, make_views
from bench.serving.table import Row, head, shown

DOORS = {
    "cold": cold.rows,
    "warm": warm.rows,
    "points": points.rows,
    "pages": pages.rows,
    "reports": reports.rows,
    "geocode": geocode.rows,
    "health": health.rows,
}


def run(size: str, *, seconds: float, only: Sequence[str], without: Sequence[str]) -> int:
    """Measure, print and note; return 1 when a target is missed or wrk is not there."""
    if not wrk.is_there():
        print("serving: `wrk` is not installed (apt-get install wrk), so nothing can be measured.")
        return 1
    measured: list[Row] = []
    broken: list[str] = []
    with fresh_database(size) as url:
        django_on(url)
        make_views(url)
        stage = Stage(url, tokens_of(["bench"])[0], seconds, frozenset(without))
        print(f"\n{history.machine()}, demo {size}, {seconds:g} s each\n{head()}", flush=True)
        for name in only or DOORS:
            try:
                for row in DOORS[name](stage):
                    print(shown(row), flush=True)
                    measured.append(row)
            except Broken as found:
                print(f"{name} IS BROKEN: {found}", flush=True)
                broken.append(name)
    _noted(measured, size)
    missed = [row.door for row in measured if row.reached is False] + broken
    print(
        f"{sum(row.reached is True for row in measured)} targets reached, {len(missed)} missed"
        + "".join(f"\n  missed: {door}" for door in missed)
    )
    return int(bool(missed))


def _noted(measured: Sequence[Row], size: str) -> None:
    run = history.this_run({row.door: round(row.ours.rate, 1) for row in measured}, demo=size, tree=ROOT)
    before = history.last_before(history.read(history_file()), run)
    history.append(history_file(), run)
    if before is None:
        print(f"The first run on this machine is noted in {history_file()}.")
        return
    found = history.slower(run, before)
    print(f"Beside {before.commit} of {before.date}: " + ("nothing is slower." if not found else "SLOWER:"))
    for door, factor in found.items():
        print(f"  {door}: {factor:.2f} × what it was ({before.figures[door]:,.0f}/s)")
