"""What files say of an incident's status and community, in our terms."""

import re
from collections.abc import Iterable
from datetime import datetime

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion
from incidents.models import IncidentStatus

_STATUSES = {
    **{str(status.value): str(status.value) for status in IncidentStatus},
    "新上报": "new",
    "已分拨": "assigned",
    "处置中": "in_progress",
    "已处置": "resolved",
    "已结案": "closed",
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


class StatusNames:
    """What a file's words mean as a status: as declared, else what everybody means by them."""

    def __init__(self, declared: Iterable[str] = ()) -> None:
        """Take ``declared`` as WORD=STATUS each; raises Invalid ``bad_status_map``."""
        self._declared: dict[str, str] = {}
        for pair in declared:
            word, _, status = pair.rpartition("=")
            if not word.strip() or status.strip() not in IncidentStatus.values:
                statuses = ", ".join(IncidentStatus.values)
                raise Invalid(
                    "bad_status_map",
                    Sentence(
                        "--status-map takes WORD=STATUS, a status of {statuses}, not {pair!r}.",
                        statuses=statuses,
                        pair=pair,
                    ),
                )
            self._declared[_folded(word)] = status.strip()

    def of(self, word: str) -> str:
        """Return the status that ``word`` means; raises Invalid ``unknown_status``."""
        folded = _folded(word)
        found = self._declared.get(folded) or _STATUSES.get(folded) or _STATUSES.get(re.sub(r"[\s-]+", "_", folded))
        if found is None:
            cure = f"say what it means with --status-map {word[:40]!r}=closed, or another of our words"
            raise Invalid("unknown_status", Sentence("Not a status: {word!r}; {cure}.", word=word[:40], cure=cure))
        return found


def _folded(word: str) -> str:
    return word.strip().casefold()


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
