"""A submission of ODK or KoboToolbox read as a report, by a mapping that says which question holds what. Pure.

Questions are named by their path, `group/question`. KoboToolbox sends flat members of such names, ODK Central nests
them.
"""

from collections.abc import Mapping
from typing import Any

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# What a mapping may name: members of a report, and the question that holds the place.
TEXTS = ("type", "title", "text", "address")
_IDS = ("_uuid", "meta/instanceID", "__id")
_TIMES = ("end", "start", "__system/submissionDate")
# KoboToolbox writes it without an offset, in UTC.
_TIME_UTC = "_submission_time"
_Submission = Mapping[str, Any]


def as_report(submission: _Submission, mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return the members of a report. ``mapping`` has a question for each of TEXTS, `occurred_at` and `place`.

    ``type_code`` and ``source`` are said as they are. Without a question for them the time is when the form was
    finished, the place the submission's own. Raises Invalid ``bad_submission`` for one without an id of its own, and
    ``bad_geopoint``.
    """
    known = next((str(value) for path in _IDS if (value := answer(submission, path))), "")
    if not known:
        raise Invalid("bad_submission", "The submission has no id of its own: _uuid, meta/instanceID or __id.")
    texts = {name: answer(submission, mapping[name]) for name in TEXTS if name in mapping}
    return {
        "type": mapping.get("type_code", ""),
        **{name: str(value) for name, value in texts.items() if value is not None},
        "source": mapping.get("source") or str(submission.get("_xform_id_string") or "odk"),
        "external_id": known.removeprefix("uuid:"),
        "occurred_at": _time(submission, mapping.get("occurred_at")),
        **_place(submission, mapping.get("place")),
    }


def answer(submission: _Submission, path: str) -> Any:
    """Return what was answered to a question, None for nothing."""
    if path in submission:
        return submission[path]
    found: Any = submission
    for name in path.split("/"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _time(submission: _Submission, path: str | None) -> Any:
    if path is not None:
        return answer(submission, path)
    found = next((value for name in _TIMES if (value := answer(submission, name))), None)
    sent = submission.get(_TIME_UTC)
    return found or (f"{sent}Z" if sent else None)


def _place(submission: _Submission, path: str | None) -> dict[str, Any]:
    """Return lon, lat, crs and accuracy_m, or nothing; of `lat lon altitude accuracy`, or of a GeoJSON Point."""
    said = answer(submission, path) if path else submission.get("_geolocation")
    match said:
        case None | "" | [None, None]:
            return {}
        case {"type": "Point", "coordinates": [lon, lat, *_], **others}:
            about = others.get("properties")
            accuracy = about.get("accuracy") if isinstance(about, Mapping) else None
        case [lat, lon]:
            accuracy = None
        case str() if 2 <= len(parts := said.split()) <= 4:
            lat, lon, _, accuracy = [*parts, None, None][:4]
        case _:
            raise Invalid("bad_geopoint", Sentence("This is no geopoint: {said!r}.", said=str(said)[:60]))
    place = {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": accuracy}
    return {name: value for name, value in place.items() if value is not None}
