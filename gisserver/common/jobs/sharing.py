"""A long job shared among processes: each works on every n-th piece, and the pieces come in order.

What is parsed and ranked keeps one processor busy, however many threads a process has; the others would stand idle.
"""

import multiprocessing
import os
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from django.db import OperationalError, connection

if TYPE_CHECKING:
    from gisserver.common.jobs.kinds import Piece

PROCESSES = min(os.cpu_count() or 1, 4)
# Fewer rows are done before a process has loaded everything.
LEAST_ROWS = 30_000
_Message = tuple[int, bytes] | str | None


def worth_sharing(rows: int) -> bool:
    """Whether so many rows are to be shared: several processors, and nothing that other connections can't see."""
    return PROCESSES > 1 and rows >= LEAST_ROWS and not connection.in_atomic_block


def shared_pieces(job_id: int, start: int) -> Iterator["Piece"]:
    """Yield the pieces of a job from row ``start`` on, in order, as processes of their own make them.

    Raises OperationalError when one of them ends before its work does, RuntimeError with what went wrong in it.
    """
    from gisserver.common.jobs.kinds import Piece

    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        receivers = []
        for number in range(PROCESSES):
            receiver, sender = spawn.Pipe(duplex=False)
            process = spawn.Process(target=_work, args=(job_id, start, number, PROCESSES, sender), daemon=True)
            process.start()
            sender.close()  # so that its end is seen here when the process has gone
            stack.callback(process.join)
            stack.callback(process.kill)
            receivers.append(receiver)
        for receiver in cycle(receivers):
            message = _received(receiver)
            if message is None:
                return
            yield Piece(*message)


def _received(receiver: Connection) -> tuple[int, bytes] | None:
    try:
        message: _Message = receiver.recv()
    except (EOFError, OSError):  # before or in the middle of a message
        raise OperationalError("a process that shares the job has ended") from None
    if isinstance(message, str):
        raise RuntimeError(message)
    return message


def _work(job_id: int, start: int, number: int, of: int, sender: Connection) -> None:
    """Send the pieces of one process, and None behind them."""
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    import django

    django.setup()
    from gisserver.common.collecting import collect_rarely
    from gisserver.common.jobs.kinds import kind_of
    from gisserver.common.jobs.models import Job

    collect_rarely()
    try:
        job = Job.objects.get(pk=job_id)
        share = kind_of(job).open(job).share
        for piece in share(start, number, of) if share else ():
            sender.send((piece.rows_done, piece.content))
        sender.send(None)
    except OperationalError:
        raise  # the database went away: the job goes on when that is back
    except Exception:
        sender.send(traceback.format_exc())


def _end_with_the_worker() -> None:
    """End when the worker does, killed or not: what is computed for nobody holds processors and connections."""
    worker = multiprocessing.parent_process()
    if worker is not None:
        worker.join()
        os._exit(1)
