"""The paths of queries over several collections, of processes and of jobs in the API definition."""

from typing import Any

from django.utils.translation import gettext as _

from layers.ogc.links import JSON
from layers.ogc.openapi_parts import answer, operation
from layers.ogc.posted import FILTER


def paths() -> dict[str, Any]:
    """Return the paths, the same for everybody."""
    return _queries() | _processes()


def _queries() -> dict[str, Any]:
    """Return the paths of queries over several collections."""
    query_id = {"name": "queryId", "in": "path", "required": True, "schema": {"type": "string"}}
    body = {"required": True, "content": {FILTER: {"schema": {"type": "object"}}}}
    listed = operation("queries", _("Stored queries"), JSON, [], "queries")
    asked = operation("query", _("Features of several collections that belong together"), JSON, [], "queries")
    run = operation(
        "query.run", _("Run a stored query; its parameters are those of the address"), JSON, [query_id], "queries"
    )
    kept = operation("query.keep", _("Keep a query"), JSON, [query_id], "queries")["get"]
    withdrawn = operation("query.withdraw", _("Withdraw a stored query"), JSON, [query_id], "queries")["get"]
    done = {"204": {"description": _("Done")}}
    return {
        "/query": listed | {"post": asked["get"] | {"requestBody": body}},
        "/query/{queryId}": run
        | {
            "put": kept | {"requestBody": body, "responses": kept["responses"] | done},
            "delete": withdrawn | {"responses": withdrawn["responses"] | done},
        },
        "/query/{queryId}/definition": operation(
            "query.definition", _("A query as it was kept"), JSON, [query_id], "queries"
        ),
        "/query/{queryId}/parameters": operation(
            "query.parameters", _("What a query takes"), JSON, [query_id], "queries"
        ),
    }


def _processes() -> dict[str, Any]:
    """Return the paths of processes and jobs."""
    process_id, job_id = (
        {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
        for name, kind in (("processId", "string"), ("jobId", "integer"))
    )
    body = {"required": True, "content": {FILTER: {"schema": {"type": "object"}}}}
    execution = operation("execute", _("Have a worker run a process"), JSON, [process_id], "processes")["get"]
    created = {"201": answer(_("The job"), JSON, {"type": "object"})}
    job = operation("job", _("How far a job has come"), JSON, [job_id], "processes")
    dismissed = operation("dismiss", _("Cancel a job"), JSON, [job_id], "processes")["get"]
    return {
        "/processes": operation("processes", _("Processes"), JSON, [], "processes"),
        "/processes/{processId}": operation("process", _("What a process takes"), JSON, [process_id], "processes"),
        "/processes/{processId}/execution": {
            "post": execution | {"requestBody": body, "responses": execution["responses"] | created}
        },
        "/jobs": operation("jobs", _("One's own jobs"), JSON, [], "processes"),
        "/jobs/{jobId}": job | {"delete": dismissed},
        "/jobs/{jobId}/results": operation("results", _("The result of a job"), "*/*", [job_id], "processes"),
    }
