"""A doubt: why a row does not tell for sure what it means, and what it may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from buildings.models import Doubt


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Why an address is not told for sure, its candidates best first, and the community that all of them are in."""

    reason: Doubt
    candidates: Sequence[Mapping[str, Any]]
    community: int | None
