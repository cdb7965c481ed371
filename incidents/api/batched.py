"""Single reports that come at the same time, answered together: one transaction and one set of statements for all.

Each gets the answer that `IncidentListView.post` would give it alone: its own refusal, its own idempotency key, its own
receipt; none is answered before the commit. A request that is not plain, or whose sender is not known, goes to Django.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from psycopg_pool import PoolTimeout
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.utils import json

from gisserver.common.access import claims, idempotency
from gisserver.common.access.claims import Claim
from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import scope_of
from gisserver.common.db.sql import is_unreachable
from gisserver.common.errors import DomainError, NotAuthenticated
from gisserver.common.web.batched import Answer, Made
from gisserver.common.web.dressing import dressed, is_welcome
from gisserver.common.web.problems import problem_of, problem_response
from incidents import services
from incidents.api import reports
from incidents.api.answers import answers_to
from incidents.api.views import REPORTS, IncidentListView

Fallback = Callable[[dict[str, Any]], Answer]

PATH = "/api/incidents/"
MAX_BODY_BYTES = 64 * 1024
_TYPES = {"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"}
_ACCEPTED = {"*/*", "application/json", "text/plain"}
_VIEW = IncidentListView()
_VIEW.setup(HttpRequest())
_ALLOWED = ", ".join(_VIEW.allowed_methods)
_PERMISSION = IncidentListView.permissions_by_method["POST"]


@dataclass(slots=True, eq=False)
class _Asked:
    """A plain request: who asks, what is reported, and what becomes of it."""

    environ: dict[str, Any]
    request: WSGIRequest
    token: str
    body: bytes
    user: User | None = None
    decoded: Any = None
    reported: dict[str, Any] | reports.Refusal | None = None
    claim: Claim | None = None
    # The members of the answer, or the refusal; None: Django answers.
    outcome: dict[str, Any] | Exception | None = None
    replayed: bool = False


def answer_batch(environs: Sequence[dict[str, Any]], fallback: Fallback) -> list[Answer]:
    """Return the answer to each request (WSGI) for this door, in order; ``fallback`` has Django answer one."""
    made = Made()
    request_started.send(sender=answer_batch)  # Django takes care of the connection, as before each request
    try:
        found = [_plain(environ) for environ in environs]
        _resolve([asked for asked in found if asked])
    finally:
        request_finished.send(sender=answer_batch)
    return [_answer(environ, asked, fallback, made) for environ, asked in zip(environs, found, strict=True)]


def is_plain(environ: dict[str, Any]) -> bool:
    """Whether a request is one for `answer_batch`, by its headers; a body that is no JSON still goes to Django."""
    accepted = environ.get("HTTP_ACCEPT", "*/*").split(",")
    size = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ["PATH_INFO"] == PATH
        and not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE", "").lower() in _TYPES
        and all(each.strip() in _ACCEPTED for each in accepted)
        and environ.get("HTTP_AUTHORIZATION", "") != ""
        and size.isascii()
        and size.isdigit()
        and int(size[:9]) <= MAX_BODY_BYTES
    )


def _plain(environ: dict[str, Any]) -> _Asked | None:
    if not is_plain(environ):
        return None
    request = WSGIRequest(environ)
    try:
        token = tokens.token_in(environ["HTTP_AUTHORIZATION"])
    except NotAuthenticated:
        return None
    if token is None or not is_welcome(request):
        return None
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)  # for Django, should it be asked
    return _Asked(environ, request, token, body)


def _resolve(asked: list[_Asked]) -> None:
    """Find out what becomes of each; an outcome that stays None is for Django to say."""
    try:
        owners = tokens.owners_of({each.token for each in asked})
    except (DatabaseError, PoolTimeout) as error:
        _refuse(asked, error)
        return
    for each in asked:
        each.user = owners.get(each.token)
    known = [each for each in asked if each.user and scope_of(each.user).may(_PERMISSION) and _is_decoded(each)]
    for each, members in zip(known, reports.read(each.decoded for each in known), strict=True):
        each.reported = members
        each.outcome = _refusal_of_key(each) if isinstance(members, dict) else members
    for batch in _rounds([each for each in known if each.outcome is None]):
        _act(batch)


def _is_decoded(asked: _Asked) -> bool:
    """Read the body as DRF's parser does; False when it is no JSON."""
    try:
        asked.decoded = json.loads(asked.body.decode())
    except (ValueError, RecursionError):
        return False
    return True


def _refusal_of_key(asked: _Asked) -> DomainError | None:
    """Note under which key a report comes; return why it can't be one."""
    key = asked.request.headers.get("Idempotency-Key")
    if key is not None and asked.user is not None:
        try:
            idempotency.demand_good_key(key)
        except DomainError as refusal:
            return refusal
        asked.claim = Claim(asked.user.pk, key, idempotency.digest_of(asked.body))
    return None


def _rounds(asked: Iterable[_Asked]) -> list[list[_Asked]]:
    """Return the requests in batches in which no key comes twice: a twin is answered from what the first has left."""
    rounds: list[dict[Any, _Asked]] = []
    for each in asked:
        key = (each.claim.user_id, each.claim.key) if each.claim else each
        free = next((batch for batch in rounds if key not in batch), None)
        if free is None:
            rounds.append(free := {})
        free[key] = each
    return [list(batch.values()) for batch in rounds]


def _act(batch: list[_Asked]) -> None:
    """Record a batch; one that fails as a whole is tried one by one, so that only the guilty fails."""
    try:
        with transaction.atomic():
            _record(batch)
    except Exception as error:
        if len(batch) == 1 or (isinstance(error, DatabaseError) and is_unreachable(error)):
            _refuse(batch, error)
        else:
            _forget(batch)
            _act_one_by_one(batch)


def _act_one_by_one(batch: list[_Asked]) -> None:
    """Try each alone. When two in a row find the database busy or away, the others are spared the wait."""
    for index, each in enumerate(batch):
        _act([each])
        last = [other.outcome for other in batch[max(index - 1, 0) : index + 1]]
        if len(last) == 2 and all(isinstance(outcome, DatabaseError) for outcome in last):
            _refuse(batch[index + 1 :], last[-1])
            return


def _refuse(batch: Iterable[_Asked], error: Any) -> None:
    """Tell all what the database's error means; what is no answer but a defect is for Django to meet and to log."""
    for each in batch:
        each.outcome = error if problem_of(error) is not None else None


def _forget(batch: Iterable[_Asked]) -> None:
    for each in batch:
        each.outcome, each.replayed = None, False


def _record(batch: list[_Asked]) -> None:
    """Claim the keys, record what is new, keep the answers: in one transaction, with one statement for each step."""
    claimed = [each.claim for each in batch if each.claim]
    taken = claims.take(REPORTS, claimed)
    firsts = claims.first_answers(REPORTS, [claim for claim in claimed if claim not in taken])
    for each in batch:
        if each.claim in firsts:
            each.outcome = firsts[each.claim]
            each.replayed = not isinstance(each.outcome, Exception)
    acting = [each for each in batch if each.claim not in firsts]
    for each, outcome in zip(acting, _recorded(acting), strict=True):
        each.outcome = outcome
    held = [each for each in acting if each.claim]
    answers = {each.claim: each.outcome for each in held if isinstance(each.outcome, dict) and each.claim}
    claims.finish(REPORTS, answers, [each.claim for each in held if each.claim and each.claim not in answers])


def _recorded(acting: list[_Asked]) -> list[dict[str, Any] | Exception]:
    """Record the reports; return the answer to each, or its refusal."""
    plain = [(each.user, each.reported) for each in acting if each.user and isinstance(each.reported, dict)]
    read = reports.incidents_of([members for _, members in plain], [user for user, _ in plain])
    good = [incident for incident in read if isinstance(incident, services.NewIncident)]
    recorded = services.record_reports(good)
    outcomes = iter(recorded)
    found = [next(outcomes) if isinstance(incident, services.NewIncident) else incident for incident in read]
    recorded_by = [
        (each.user, outcome.id)
        for each, outcome in zip(acting, found, strict=True)
        if isinstance(outcome, services.Recorded) and each.user
    ]
    answers = iter(answers_to(recorded_by, recorded))
    return [
        _answer_of(outcome, next(answers)) if isinstance(outcome, services.Recorded) else outcome for outcome in found
    ]


def _answer_of(recorded: services.Recorded, answer: dict[str, Any]) -> dict[str, Any] | DomainError:
    try:
        services.refuse_another(recorded)
    except DomainError as refusal:
        return refusal
    return answer


def _answer(environ: dict[str, Any], asked: _Asked | None, fallback: Fallback, made: Made) -> Answer:
    if asked is None or asked.outcome is None:
        return fallback(environ)
    if asked.user is not None:
        asked.request.user = asked.user
    if isinstance(asked.outcome, dict) and not asked.replayed:
        own = {"Location": _location_of(asked.outcome)}
        return made.answer(environ, _body_of(asked.outcome), own, lambda: _dressed(asked))
    return _dressed(asked)


def _dressed(asked: _Asked) -> Answer:
    response = dressed(asked.request, lambda request: _response(request, asked))
    return response.status_code, list(response.items()), response.content


def _body_of(outcome: dict[str, Any]) -> bytes:
    body: bytes = JSONRenderer().render(outcome)
    return body


def _location_of(outcome: dict[str, Any]) -> str:
    return f"{PATH}{outcome['id']}/"


def _response(request: HttpRequest, asked: _Asked) -> HttpResponse:
    """Return the answer as the view gives it, in the request's language."""
    if isinstance(asked.outcome, ValidationError):
        [asked.outcome] = reports.read([asked.decoded])  # once more: the serializer says it in the active language
    if isinstance(asked.outcome, dict):
        response = HttpResponse(_body_of(asked.outcome), content_type="application/json", status=201)
        if asked.replayed:
            response["Idempotent-Replayed"] = "true"
        response["Location"] = _location_of(asked.outcome)
    else:
        problem = problem_of(asked.outcome) if asked.outcome else None
        assert problem is not None  # noqa: S101 -- a defect never becomes an outcome
        response = problem_response(request, problem)
    patch_vary_headers(response, ["Accept"])
    response["Allow"] = _ALLOWED
    response.setdefault("Cache-Control", "no-store")
    return response
