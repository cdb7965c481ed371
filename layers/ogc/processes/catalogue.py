"""The processes that are offered; an app adds its own when the apps are ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gisserver.common.errors import NotFound
from gisserver.common.jobs.models import Job
from gisserver.common.sentences import Sentence
from layers.fields import Translatable

# The status of a job in the words of OGC API Processes.
STATUS = {
    "queued": "accepted",
    "running": "running",
    "done": "successful",
    "failed": "failed",
    "cancelled": "dismissed",
}
# What a job of a process remembers beside its own arguments.
PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its ``inputs`` as JSON Schema by name, and the ``kind`` of job that runs it.

    ``arguments(user, inputs)`` gives the arguments of the job; it raises Invalid, and what the user may not see.
    """

    id: str
    title: Translatable
    inputs: Mapping[str, Mapping[str, Any]]
    kind: str
    arguments: Callable[[Any, Mapping[str, Any]], dict[str, Any]]


_processes: dict[str, Process] = {}


def register(process: Process) -> None:
    """Offer a process."""
    _processes[process.id] = process


def processes() -> list[Process]:
    """Return the processes by id."""
    return [_processes[name] for name in sorted(_processes)]


def process_of(process_id: str) -> Process:
    """Return a process. Raises NotFound."""
    if process_id not in _processes:
        raise NotFound("unknown_process", Sentence("There is no process {id!r}.", id=process_id[:100]))
    return _processes[process_id]


def is_process(job: Job) -> bool:
    """Say whether a job runs a process."""
    return PROCESS in job.arguments
