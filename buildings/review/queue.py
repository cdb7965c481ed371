"""Putting rows in the queue: each once, however often its file is read; those decided before are not asked again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from buildings.addresses.text.normalize import normalize
from buildings.models import ReviewItem
from buildings.review.matching import Doubtful

_BATCH = 1000
MAX_TEXT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row of a register in doubt: its number (from 1), its values, and its community when it named one."""

    number: int
    text: str
    row: Mapping[str, Any]
    doubt: Doubtful
    source_ref: str = ""
    community: int | None = None


def enqueue(waiting: Sequence[Waiting], *, register: str, run: str, source: str) -> int:
    """Put rows in the queue; return how many wait now that did not before."""
    items = {item.digest: item for item in (_item(one, register, run, source) for one in waiting)}
    known = ReviewItem.objects.filter(register=register, source=source[:100], digest__in=items)
    for digest in known.values_list("digest", flat=True):
        items.pop(digest, None)
    ReviewItem.objects.bulk_create(items.values(), batch_size=_BATCH, ignore_conflicts=True)
    return len(items)


def _item(one: Waiting, register: str, run: str, source: str) -> ReviewItem:
    values = orjson.dumps([one.text, one.source_ref, dict(one.row)], option=orjson.OPT_SORT_KEYS)
    return ReviewItem(
        register=register,
        run=run[:150],
        row_number=one.number,
        source=source[:100],
        source_ref=one.source_ref[:100],
        text=one.text[:MAX_TEXT],
        normalized=normalize(one.text)[:MAX_TEXT],
        digest=hashlib.sha256(values).hexdigest(),
        row=dict(one.row),
        reason=one.doubt.reason,
        candidates=list(one.doubt.candidates),
        community_id=one.community or one.doubt.community,
    )
