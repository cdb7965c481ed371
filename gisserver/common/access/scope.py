"""What one user may see: the value that every reading rule, cache key and permission check asks. Pure."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from gisserver.common.access.roles import Permission, Role


def key_of(grants: str) -> str:
    """Return the key of a scope, given its grants as ``role:area`` in order, with ``|`` between them."""
    return hashlib.sha256(grants.encode()).hexdigest()[:16]


def holder_mark(password: str, scope_key: str) -> str:
    """Return a digest of all that makes a user another one for whoever answers from memory."""
    return hashlib.sha256(f"{password}\n{scope_key}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Scope:
    """The permissions of a user, each with the divisions (and all below them) where it holds.

    ``grants`` holds (role, division id) pairs; a division id of None means the whole deployment.
    """

    grants: frozenset[tuple[Role, int | None]] = frozenset()
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        text = "|".join(sorted(f"{role}:{'*' if area is None else area}" for role, area in self.grants))
        object.__setattr__(self, "key", key_of(text))

    def may(self, permission: Permission) -> bool:
        """Say whether the permission is held anywhere at all."""
        return any(permission in role.permissions for role, _ in self.grants)

    def areas(self, permission: Permission) -> frozenset[int] | None:
        """Return the ids of the divisions where ``permission`` holds; None means everywhere, empty nowhere."""
        held = {area for role, area in self.grants if permission in role.permissions}
        if None in held:
            return None
        return frozenset(area for area in held if area is not None)

    @property
    def everywhere(self) -> bool:
        """Whether the user reads the whole deployment."""
        return self.areas(Permission.READ) is None


@lru_cache(maxsize=10_000)
def scope_of_grants(grants: str) -> Scope:
    """Return the scope of grants written as `key_of` takes them."""
    pairs = (held.partition(":") for held in grants.split("|") if held)
    return Scope(frozenset((Role(role), None if area == "*" else int(area)) for role, _, area in pairs))


NOBODY = Scope()
EVERYTHING = Scope(frozenset({(Role.ADMINISTRATOR, None)}))
