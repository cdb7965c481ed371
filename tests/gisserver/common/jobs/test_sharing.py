"""Processes that share a job end with the worker that they work for."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
WORKER = """
import multiprocessing, threading
from gisserver.common.jobs import sharing

def share():
    threading.Thread(target=sharing._end_with_the_worker, daemon=True).start()
    print("up", flush=True)
    threading.Event().wait()

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=share)
    process.start()
    process.join()
"""


def test_a_killed_worker_takes_its_processes_along(tmp_path: Path) -> None:
    """They hold the other end of its output, which ends only when all of them have gone."""
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "up\n"
        worker.kill()
        rest, _ = worker.communicate(timeout=30)
    assert rest == ""
