"""`/api/jobs/`: one's own jobs, how far they have come, their results."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.export import note_export
from gisserver.common.access.roles import Permission
from gisserver.common.jobs.api.serializers import JobSerializer
from gisserver.common.jobs.kinds import kind_of
from gisserver.common.jobs.selectors import finished_job_of, job_of, jobs_of
from gisserver.common.jobs.services import cancel_job
from gisserver.common.web.params import PAGING
from gisserver.common.web.views import DoorView, ListView


class JobListView(ListView):
    """One's own jobs, the latest first."""

    parameters = PAGING
    ordering = ("-id",)

    @extend_schema(operation_id="jobs_list", responses=JobSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the jobs."""
        return self.page(request, jobs_of(request.user), JobSerializer)


class JobView(DoorView):
    """One job."""

    @extend_schema(operation_id="job", responses=JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        """Say how far it has come."""
        return Response(JobSerializer(job_of(request.user, job_id)).data)

    @extend_schema(operation_id="job_cancel", responses=JobSerializer)
    def delete(self, request: Request, job_id: int) -> Response:
        """Cancel it."""
        job = job_of(request.user, job_id)
        return Response(JobSerializer(cancel_job(user=job.author, job_id=job.pk)).data)


class JobResultView(DoorView):
    """The file that a job has made."""

    permissions_by_method = {"GET": Permission.EXPORT}

    @extend_schema(operation_id="job_result", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: int) -> FileResponse:
        """Send it."""
        job = finished_job_of(request.user, job_id)
        kind = kind_of(job)
        note_export(request.user)
        return FileResponse(
            job.outgoing.open("rb"),
            as_attachment=True,
            filename=kind.file_name(job),
            headers={"Content-Type": kind.media_type(job)},
        )
