"""Geocoding's goals of speed for long files: jobs of clean and of noisy addresses, from CSV to CSV.

A job is worked on as a job worker does it, by as many processes as share one of its length. `python -m bench
geocoding_jobs` asks the database in use; BENCH_ROWS says how many rows a file has at least.
"""

import csv
import io
import os
import random
import resource
import shutil
import time
from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User

from bench import Broken, Ratio
from bench.addresses.cases import noisy_cases
from bench.addresses.register import homes, town
from bench.geocoding_speed import SEED, registered_texts
from buildings.geocoding.files.kinds import kind_name
from buildings.geocoding.files.work import Asked
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import UNFINISHED
from gisserver.common.jobs.services import start_job

ROWS = int(os.environ.get("BENCH_ROWS") or 100_000)
EACH = 3_000
# Goals of issue 12: rows a second, and MB for a million rows.
CLEAN, NOISY = 25_000, 6_000
MEGABYTES = 1_000


def run() -> Iterator[Ratio]:
    """Print the figures for the database in use; there is no peer to time."""
    texts = registered_texts(ROWS)
    if texts:
        _job("job, as registered", texts, CLEAN)
        _job("job, in all noisy ways", noisy(EACH), NOISY)
    yield from ()


def noisy(each: int) -> list[str]:
    """Return addresses written in every noisy way that `bench.addresses` knows, mixed."""
    cases = noisy_cases(homes(seed=SEED, count=10 * each, half=0), town(), each=each, seed=SEED)
    texts = [case.text for case in cases]
    return random.Random(SEED).sample(texts, len(texts))


def _job(name: str, texts: Sequence[str], goal: int) -> None:
    """Have a job go through a file of these texts, again and again up to ROWS; print how fast, beside the goal."""
    rows = [texts[number % len(texts)] for number in range(ROWS)]
    file = io.StringIO()
    csv.writer(file).writerows([["address"], *([text] for text in rows)])
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_superuser": True, "is_active": True})
    source = [file.getvalue().encode()]
    job = start_job(user=user, kind=kind_name("search/csv"), arguments=Asked().to_json(), source=source)
    began, before = time.perf_counter(), os.times()
    while job.status in UNFINISHED:
        runner.run(job.pk)  # at once, when a worker of the database in use has taken it
        job.refresh_from_db()
        time.sleep(0.1)
    took, after = time.perf_counter() - began, os.times()
    shutil.rmtree(job.folder, ignore_errors=True)
    if job.status != "done" or job.rows_done != ROWS:
        raise Broken(f"{name}: {job.status} after {job.rows_done} of {ROWS} rows")
    own, each = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{name}: {ROWS:,} rows, {ROWS / took:,.0f}/s (goal {goal:,}), with the start of the processes; "
        f"processor time a row: {1e6 * (sum(after[:4]) - sum(before[:4])) / ROWS:.0f} µs ours; {each:.0f} MB a process "
        f"and {own:.0f} MB here at most (goal {MEGABYTES:,} in all); load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


__all__ = ["run"]
