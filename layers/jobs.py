"""Publishing a large file as a job: a worker's child process reads it, nobody's request waits."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.db import transaction
from django.utils import translation

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden
from gisserver.common.geo.crs import parse_crs
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import UNFINISHED, Job
from gisserver.common.languages import spoken
from gisserver.common.reading.process.sandbox import Limits
from gisserver.common.sentences import Sentence
from gisserver.common.workspace import workspace
from layers.publishing import publish_file
from layers.services import Imported, reading_room

KIND = "layers/publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a file: the arguments of `publish_file`, as JSON; the result speaks ``language``."""

    file_name: str
    suffix: str
    slug: str
    title: str
    layer: str | None
    crs: str | None
    encoding: str | None
    columns: Mapping[str, Any]
    partial: bool
    replace: bool
    area: str
    language: str


def register_kind() -> None:
    """Make publishing known as a kind of job."""
    register(Kind(KIND, _opened, lambda _: "application/json", lambda job: f"layer-{job.pk}.json"))


def told(done: Imported) -> dict[str, Any]:
    """Return what came of an import beside the layer itself, in the language that is active."""
    return {
        "notes": list(done.notes),
        "refused_count": done.refused_count,
        "refused": spoken(list(done.refused)),
    }


def _opened(job: Job) -> Run:
    # All or nothing: after a crash behind its commit it finds the layer published.
    return Run(1, lambda _: _pieces(job, Asked(**job.arguments)))


def _pieces(job: Job, asked: Asked) -> Iterator[Piece]:
    if not scope_of(job.author).may(Permission.UPLOAD_LAYERS):
        raise Forbidden("forbidden", "You may not publish layers any more.")
    with translation.override(asked.language):
        done = _published(job, asked)
        result = {"id": done.layer.slug, "title": done.layer.title, "address": done.address, "changed": done.changed}
        yield Piece(1, orjson.dumps(result | told(done)))


@transaction.atomic
def _published(job: Job, asked: Asked) -> Imported:
    """Publish the file; raises Conflict ``job_ended``, having done nothing, when the job was cancelled meanwhile."""
    with workspace(reading_room()) as folder:
        path = folder / f"upload{asked.suffix}"
        os.link(job.source, path)
        done = publish_file(
            path,
            layer=asked.layer,
            slug=asked.slug,
            title=asked.title,
            crs=parse_crs(asked.crs) if asked.crs else None,
            encoding=asked.encoding,
            columns=asked.columns,
            partial=asked.partial,
            replace=asked.replace,
            area=asked.area,
            owner=job.author,
            source_name=asked.file_name,
            limits=_limits(path.stat().st_size),
        )
    status = Job.objects.select_for_update().get(pk=job.pk).status
    if status not in UNFINISHED:
        raise Conflict("job_ended", Sentence("The job has ended already: {status}.", status=status))
    return done


def _limits(size: int) -> Limits:
    """Return three times what a request may use of the processor and the clock: nobody waits."""
    limits = Limits.for_file(size)
    return replace(limits, cpu_s=limits.cpu_s * 3, wall_s=limits.wall_s * 3)
