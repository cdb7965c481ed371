"""Codes of new grids: the next free one of the community, never one that was issued before (law 5)."""

from gisserver.common.errors import Refused
from grids.editing.codes import Proposal, propose
from grids.editing.refusals import Code
from grids.models import GridVersion, RedrawCommand, RedrawStatus
from grids.redraws.draft.community_draft import CommunityDraft
from grids.redraws.storage.errors import refuse

MAX_CODE = 40


def _drafted(codes: set[str]) -> set[str]:
    """Return ``codes`` and those used by commands of redraws not withdrawn; undone ones too: they may be redone."""
    rows = RedrawCommand.objects.filter(arguments__has_key="new").exclude(redraw__status=RedrawStatus.WITHDRAWN)
    return codes | set(rows.values_list("arguments__new", flat=True))


def next_code(draft: CommunityDraft) -> Proposal:
    """Return the next free code of a draft's community; raises Refused ``CODES_EXHAUSTED``.

    The caller holds the lock on the community, so that no two drafts get the same.
    """
    issued = set(GridVersion.objects.filter(code__startswith=draft.code).values_list("code", flat=True).distinct())
    proposal = propose(draft.code, _drafted(issued))
    if proposal.code is None:
        raise Refused("CODES_EXHAUSTED", "All grid codes of this community are used.")
    return proposal


def refuse_taken(code: object) -> None:
    """Refuse a requested code that was ever issued, or that another draft uses."""
    if not isinstance(code, str) or not 0 < len(code) <= MAX_CODE or not code.isprintable() or "/" in code:
        raise refuse(Code.MALFORMED, field="new")
    if GridVersion.objects.filter(code=code).exists() or code in _drafted(set()):
        raise refuse(Code.KEY_TAKEN, grid=code)
