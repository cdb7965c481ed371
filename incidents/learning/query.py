"""What a query in words asks of the incidents of a span; the answer as a file."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from gisserver.common import spreadsheets
from gisserver.common.access.models import Viewer
from gisserver.common.dates import recordable
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import moment, number, whole
from incidents.learning import measures
from incidents.learning.asked import MEASURES, Answer, Asked, refuse_no_span
from incidents.learning.measures.series import BUCKETS, GRIDS

assert measures  # noqa: S101 -- loading it makes them known
YEAR = timedelta(days=365)
COMPARE = ("previous", "year")
VALUES = ("count", "rate")
MOST_WEEKS = 26


def span(query: Mapping[str, str]) -> tuple[datetime, datetime]:
    """Return the span that a query names, the last year unless it says otherwise; raises Invalid."""
    until = recordable(moment(query, "until") or database_now())
    since = recordable(moment(query, "since") or until - YEAR)
    refuse_no_span(since, until)
    return since, until


def asked_by(user: Viewer, query: Mapping[str, str]) -> Asked:
    """Return what a query asks; raises Invalid."""
    since, until = span(query)
    by = query.get("by") or "grid"
    return Asked(user, since, until, moment(query), query.get("area", ""), by, _options(query))


def known_measure(name: str) -> str:
    """Return the name of a measure; raises NotFound for one that there is not."""
    if name not in MEASURES:
        known = ", ".join(sorted(MEASURES))
        raise NotFound("no_such_measure", Sentence("There is no such measure; there are {known}.", known=known))
    return name


def answered(measure: str, asked: Asked) -> Answer:
    """Return the answer of a measure; raises NotFound for one that there is not."""
    return MEASURES[known_measure(measure)](asked)


def as_csv(answer: Answer) -> Iterator[bytes]:
    """Write the rows of an answer for a spreadsheet."""
    header = [name for name in answer.rows[0] if name != "command"] if answer.rows else ["group"]
    return spreadsheets.written(header, ([row[name] for name in header] for row in answer.rows))


def _options(query: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {
        "compare": one_of(query, "compare", COMPARE),
        "of": one_of(query, "of", VALUES),
        "bucket": one_of(query, "bucket", BUCKETS),
        "grids": one_of(query, "grids", GRIDS),
        "within": _hours(query),
        "bandwidth_m": _between(query, "bandwidth_m", 20.0, 5_000.0),
        "within_m": _between(query, "within_m", 0.0, 200.0),
        "weeks": whole(query["weeks"], "weeks", least=1, most=MOST_WEEKS) if query.get("weeks") else None,
    }
    return {name: value for name, value in options.items() if value is not None}


def one_of(query: Mapping[str, str], name: str, values: tuple[str, ...]) -> str | None:
    """Return one of a few words, None when absent; raises Invalid for another."""
    text = query.get(name, "")
    if text and text not in values:
        raise Invalid(f"bad_{name}", Sentence("{name} must be one of {values}.", name=name, values=", ".join(values)))
    return text or None


def _between(query: Mapping[str, str], name: str, least: float, most: float) -> float | None:
    if not query.get(name):
        return None
    value = number(query, name)
    if not least <= value <= most:
        raise Invalid(
            f"bad_{name}", Sentence("{name} must be from {least} to {most}.", name=name, least=least, most=most)
        )
    return value


def _hours(query: Mapping[str, str]) -> tuple[float, ...] | None:
    if not query.get("within"):
        return None
    return tuple(float(whole(part, "within", least=1, most=87_600)) for part in query["within"].split(",")[:10])
