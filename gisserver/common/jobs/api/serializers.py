"""A job as its author sees it."""

from rest_framework import serializers

from gisserver.common.jobs.models import Job
from gisserver.common.languages import spoken
from gisserver.common.sentences import from_json


class JobSerializer(serializers.ModelSerializer[Job]):
    """How far a job has come; ``result`` is where its file is once it is done."""

    detail = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id", "kind", "status", "arguments", "rows_total", "rows_done", "progress", "code", "detail",
            "created_at", "started_at", "ended_at", "result",
        ]  # fmt: skip

    def get_detail(self, job: Job) -> str:
        """Return why a job has failed, in the language of the request."""
        return job.detail if job.said is None else str(spoken(from_json(job.said)))

    def get_progress(self, job: Job) -> float | None:
        """Return the share of rows that are done, null while their number is not known."""
        if job.rows_total is None:
            return None
        return round(job.rows_done / job.rows_total, 4) if job.rows_total else 1.0

    def get_result(self, job: Job) -> str | None:
        """Return the address of the result."""
        return f"/api/jobs/{job.pk}/result/" if job.status == "done" else None
