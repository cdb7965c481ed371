"""What files say of an incident's status, time and community, in our terms."""

import re
from collections.abc import Iterable
from datetime import datetime

from gisserver.common.errors import Invalid
from gisserver.common.moments import parse_moment
from grids.models import DivisionLevel, DivisionVersion
from incidents.models import IncidentStatus

_STATUSES = {
    **{str(name): str(status.value) for status in IncidentStatus for name in (status.value, status.label)},
    "open": "new",
    "pending": "new",
    "unassigned": "new",
    "processing": "in_progress",
    "started": "in_progress",
    "duplicate (opened)": "new",
    "duplicate (closed)": "closed",
    "closed - incomplete information": "closed",
    "done": "closed",
    "cancelled": "closed",
    "voided": "closed",
    "办结": "closed",
    "待处理": "new",
    "处理中": "in_progress",
}
_SUFFIXES = re.compile("(社区)?(居民委员会|居委会|工作站)?$")


def status_of(word: str) -> str | None:
    """Return the status that ``word`` means, None when it means none."""
    folded = word.strip().lower()
    return _STATUSES.get(folded) or _STATUSES.get(re.sub(r"[\s-]+", "_", folded))


def moment_of(text: str) -> datetime | None:
    """Return the time that ``text`` says (ISO, or with a blank for the T); None when it says none."""
    try:
        return parse_moment(text.replace("/", "-"))
    except Invalid:
        return None


class CommunityNames:
    """Communities by code or by name, with or without 社区 and 居委会 at its end; an ambiguous name means none."""

    def __init__(self, moment: datetime) -> None:
        versions = DivisionVersion.objects.at(moment).filter(level=DivisionLevel.COMMUNITY)
        self._ids: dict[str, int | None] = {}
        for version in versions:
            self._say({version.name, _bare(version.name)}, version.division_id)
        self._ids.update({version.code: version.division_id for version in versions})

    def of(self, word: str) -> int | None:
        """Return the community's id, None when ``word`` names none or several."""
        return self._ids.get(word) or self._ids.get(_bare(word))

    def _say(self, names: Iterable[str], division_id: int) -> None:
        for name in names:
            self._ids[name] = division_id if self._ids.get(name, division_id) == division_id else None


def _bare(name: str) -> str:
    return _SUFFIXES.sub("", name, count=1)
