"""Many reports in one transaction: the good ones are recorded, the others told what is wrong."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from rest_framework import serializers

from gisserver.common.access.models import Viewer
from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError
from gisserver.common.web.problems import problem_of
from incidents import selectors, services
from incidents.api.serializers import ReportSerializer, answer_to
from incidents.models import Assignment


def record(lines: list[Any], *, user: Viewer) -> list[dict[str, Any]]:
    """Record the good ones of ``lines``; return for each, in order, its number with an id and receipt or a problem.

    The receipt is None where ``user`` may not see the place.
    """
    find_type = cache(selectors.incident_type)
    good: dict[int, services.NewIncident] = {}
    results: dict[int, dict[str, Any]] = {}
    now = database_now()
    for number, line in enumerate(lines, start=1):
        try:
            good[number] = _parsed(line, find_type, now)
        except (DomainError, serializers.ValidationError) as error:
            results[number] = {"line": number, "problem": problem_of(error)}
    recorded = dict(zip(good, services.record_incidents(good.values()), strict=True)) if good else {}
    receipts = selectors.receipts_for(user, [each.id for each in recorded.values()])
    for number, each in recorded.items():
        results[number] = {"line": number, **_answer(each, receipts)}
    return [results[number] for number in sorted(results)]


def _answer(recorded: services.Recorded, receipts: Mapping[int, Assignment]) -> dict[str, Any]:
    try:
        services.refuse_another(recorded)
    except DomainError as error:
        return {"problem": problem_of(error)}
    return answer_to(recorded.id, receipts)


def _parsed(line: Any, find_type: Callable[[str], Any], now: datetime) -> services.NewIncident:
    report = ReportSerializer(data=line)
    report.is_valid(raise_exception=True)
    return services.as_reported(now=now, find_type=find_type, **report.validated_data)
