"""Idempotency keys of many requests at once (law 8): what `idempotency.once` does for one, in the caller's transaction.

Whoever holds a claim acts, then keeps its answer or gives the claim back. A claim is written before the act: a twin in
another transaction waits for it on the key's unique index.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gisserver.common.access.idempotency import demand_same_body
from gisserver.common.db import sql
from gisserver.common.errors import Refused

_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Claim:
    """A key of a user, and the digest of the body that came with it."""

    user_id: int
    key: str
    body_digest: str


def take(door: str, claims: Collection[Claim]) -> set[Claim]:
    """Write the claims that nobody holds; return those. No two of ``claims`` have the same user and key."""
    if not claims:
        return set()
    taken = set(sql.tuples(_SQL / "take_claims.sql", door=door, **_columns(claims)))
    return {claim for claim in claims if (claim.user_id, claim.key) in taken}


def first_answers(door: str, claims: Collection[Claim]) -> dict[Claim, Any]:
    """Return the answers that are kept for the keys of ``claims``, or the refusal (`Refused`) of another body."""
    if not claims:
        return {}
    kept = {
        (user_id, key): (digest, answer)
        for user_id, key, digest, answer in sql.tuples(_SQL / "first_answers.sql", door=door, **_columns(claims))
    }
    return {claim: _replay(claim, *kept[claim.user_id, claim.key]) for claim in claims}


def finish(door: str, answers: Mapping[Claim, Any], failed: Collection[Claim]) -> None:
    """Keep the ``answers`` of claims, and give back those that have ``failed``, so that a failure leaves no trace."""
    if answers:
        texts = [orjson.dumps(answer).decode() for answer in answers.values()]
        sql.run_prepared(_SQL / "keep_answers.sql", door=door, answers=texts, **_columns(answers))
    if failed:
        sql.run_prepared(_SQL / "give_back_claims.sql", door=door, **_columns(failed))


def _columns(claims: Collection[Claim]) -> dict[str, Any]:
    ordered = list(claims)
    return {
        "users": [claim.user_id for claim in ordered],
        "keys": [claim.key for claim in ordered],
        "digests": [claim.body_digest for claim in ordered],
    }


def _replay(claim: Claim, digest: str, answer: Any) -> Any:
    try:
        demand_same_body(digest, claim.body_digest)
    except Refused as refusal:
        return refusal
    return answer
