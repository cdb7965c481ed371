"""OGC API Processes, Part 1: what can be asked to run long, one's own jobs, their results."""

from typing import Any

import orjson
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gisserver.common.access.export import demand_export
from gisserver.common.errors import Invalid, NotAuthenticated, NotFound
from gisserver.common.jobs.kinds import kind_of
from gisserver.common.jobs.models import Job
from gisserver.common.jobs.selectors import finished_job_of, job_of, jobs_of
from gisserver.common.jobs.services import cancel_job, start_job
from gisserver.common.languages import spoken
from gisserver.common.sentences import Sentence, from_json
from layers.ogc.links import JSON, link
from layers.ogc.page import OgcPage
from layers.ogc.posted import posted_json
from layers.ogc.processes.catalogue import PROCESS, STATUS, Process, is_process, process_of, processes

_SHOWN = 100
_REL = "http://www.opengis.net/def/rel/ogc/1.0"


class ProcessesPage(OgcPage):
    """``/ogc/processes``"""

    def document(self) -> dict[str, Any]:
        """Return the processes."""
        listed = [_summary(self, each) for each in processes()]
        return {"processes": listed, "links": [link(self.root.page("processes"), "self")]}


class ProcessPage(OgcPage):
    """``/ogc/processes/{id}``"""

    def document(self, process_id: str) -> dict[str, Any]:
        """Return one process with what it takes."""
        process = process_of(process_id)
        output = {"result": {"schema": {"type": "string", "contentMediaType": "text/csv"}}}
        return _summary(self, process) | {"inputs": process.inputs, "outputs": output}


class ExecutionPage(OgcPage):
    """``/ogc/processes/{id}/execution``"""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Have a worker run the process: 201 with the status of the job. Results are an export."""
        process = process_of(kwargs["process_id"])
        _demand_name(request)
        body = posted_json(request)
        inputs = body.get("inputs") if isinstance(body, dict) else None
        if not isinstance(inputs, dict) or set(inputs) - set(process.inputs):
            told = Sentence("`inputs` is an object with: {known}.", known=", ".join(process.inputs))
            raise Invalid("bad_inputs", told)
        demand_export(request.user)
        arguments = process.arguments(request.user, inputs) | {PROCESS: process.id}
        job = start_job(user=request.user, kind=process.kind, arguments=arguments, source=())  # type: ignore[arg-type]
        response = HttpResponse(orjson.dumps(_status(self, job)), content_type=JSON, status=201)
        response["Location"] = self.root.page("jobs", str(job.pk))
        return response


class JobsPage(OgcPage):
    """``/ogc/jobs``"""

    may_be_kept = False

    def document(self) -> dict[str, Any]:
        """Return one's own latest jobs."""
        mine = jobs_of(self.request.user).filter(arguments__has_key=PROCESS).order_by("-pk")[:_SHOWN]
        return {"jobs": [_status(self, job) for job in mine], "links": [link(self.root.page("jobs"), "self")]}


class JobPage(OgcPage):
    """``/ogc/jobs/{id}``"""

    http_method_names = ["get", "head", "delete", "options"]
    may_be_kept = False

    def document(self, job_id: str) -> dict[str, Any]:
        """Return how far the job has come."""
        return _status(self, _job(self.request, job_id))

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Cancel the job: its worker stops after the piece at hand."""
        job = cancel_job(user=request.user, job_id=_job(request, kwargs["job_id"]).pk)  # type: ignore[arg-type]
        return HttpResponse(orjson.dumps(_status(self, job)), content_type=JSON)


class ResultsPage(OgcPage):
    """``/ogc/jobs/{id}/results``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send what the job has made, to who asked for it; kept for seven days after its end."""
        job = finished_job_of(request.user, _job(request, kwargs["job_id"]).pk)
        demand_export(request.user)
        kind = kind_of(job)
        headers = {"Content-Type": kind.media_type(job)}
        return FileResponse(job.outgoing.open("rb"), as_attachment=True, filename=kind.file_name(job), headers=headers)


def _demand_name(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise NotAuthenticated("not_authenticated", "Log in, or send a token: a job belongs to somebody.")


def _job(request: HttpRequest, job_id: str) -> Job:
    """Return one of the user's own jobs of a process. Raises NotFound."""
    _demand_name(request)
    job = job_of(request.user, int(job_id))
    if not is_process(job):
        raise NotFound("job_not_found", Sentence("You have no job {job_id}.", job_id=job.pk))
    return job


def _summary(page: OgcPage, process: Process) -> dict[str, Any]:
    address = page.root.page("processes", process.id)
    links = [link(address, "self"), link(f"{address}/execution", f"{_REL}/execute")]
    return {
        "id": process.id,
        "title": process.title,
        "version": "1.0.0",
        "jobControlOptions": ["async-execute", "dismiss"],
        "outputTransmission": ["value"],
        "links": links,
    }


def _status(page: OgcPage, job: Job) -> dict[str, Any]:
    address = page.root.page("jobs", str(job.pk))
    links = [link(address, "self")]
    if job.status == "done":
        links.append(link(f"{address}/results", f"{_REL}/results", kind_of(job).media_type(job)))
    moments = {"created": job.created_at, "started": job.started_at, "finished": job.ended_at}
    return {
        "jobID": str(job.pk),
        "processID": job.arguments[PROCESS],
        "type": "process",
        "status": STATUS[job.status],
        "message": str(spoken(from_json(job.said))) if job.said else "",
        "progress": 100 * job.rows_done // job.rows_total if job.rows_total else 0,
        "links": links,
        **{name: moment for name, moment in moments.items() if moment is not None},
    }
