"""Under which account the database runs: PostgreSQL refuses root, so root lends it another one."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from .say import Problem

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether this process already runs as it."""
        return self.uid == os.geteuid()


def database_account(data: Path) -> Account:
    """Return the account that owns, or shall own, the cluster in ``data``.

    Who is not root uses their own. Root uses the owner of an existing cluster, else `postgres` or `nobody`.
    Raises Problem when the cluster belongs to somebody else, or no account fits.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise Problem(f"The database in {data} belongs to user number {owner}: start as that user or as root.")
        return _by_uid(os.geteuid())
    if owner:
        return _by_uid(owner)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise Problem("PostgreSQL does not run as root, and this machine has neither the account postgres nor nobody.")


def own_name() -> str:
    """Return the name of the account that runs this process."""
    return _by_uid(os.geteuid()).name


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise Problem(f"User number {uid} has no entry in /etc/passwd, which PostgreSQL needs.") from error
    return Account(name=entry.pw_name, uid=uid, gid=entry.pw_gid)
