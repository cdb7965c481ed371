"""Many reports in one transaction: the good ones are recorded, the others answered with what is wrong."""

from typing import Any

from gisserver.common.access.models import Viewer
from gisserver.common.errors import DomainError
from gisserver.common.web.problems import problem_of
from incidents import services
from incidents.api import reports
from incidents.api.answers import answers_to


def record(lines: list[Any], *, user: Viewer) -> list[dict[str, Any]]:
    """Record the good ones of ``lines``; return for each, in order, its number with an id and receipt or a problem.

    The receipt is None where ``user`` may not see the place.
    """
    read = reports.as_reported(lines, user)
    good = [each for each in read if isinstance(each, services.NewIncident)]
    recorded = services.record_reports(good)
    answers = map(_answer, recorded, answers_to([(user, each.id) for each in recorded], recorded))
    return [
        {"line": number, **(next(answers) if isinstance(each, services.NewIncident) else {"problem": problem_of(each)})}
        for number, each in enumerate(read, start=1)
    ]


def _answer(recorded: services.Recorded, answer: dict[str, Any]) -> dict[str, Any]:
    try:
        services.refuse_another(recorded)
    except DomainError as error:
        return {"problem": problem_of(error)}
    return answer
