"""Every limit of the serving path, in one table; docs/serving.md shows it. Pure.

What one statement in the database may take is limited beside, in `settings/database.py`.
"""

import os
from dataclasses import dataclass
from typing import Final

_MIB: Final = 1024**2

# --- Bodies of requests ------------------------------------------------------------------------
# The doors that take files; what goes with a file in a form has room beside it. Each door has its own limit below.
BODY_BYTES_BY_DOOR: Final = {"/api/layers/": 2049 * _MIB, "/geocode/": 1025 * _MIB}
BODY_BYTES: Final = 10 * _MIB
# More than this of one body lies on the disk.
BODY_MEMORY_BYTES: Final = 64 * 1024
# A sender may be silent for so long, and must be this fast on the whole.
BODY_SILENCE_S: Final = 20.0
BODY_BYTES_PER_S: Final = 4096

# --- Answers -----------------------------------------------------------------------------------
# An answer up to this size is handed over in memory; most are. It stays there until its client has read it.
ANSWER_MEMORY_BYTES: Final = 256 * 1024
# One on the disk must be read this fast on the whole, with so much patience; how often somebody looks.
ANSWER_BYTES_PER_S: Final = 4096
ANSWER_SILENCE_S: Final = 60.0
ANSWER_LOOK_S: Final = 5.0
# What may lie on the disk between clients and workers, how often a long writer looks, and how long a look is good for.
SPOOL_BYTES: Final = 4096 * _MIB
SPOOL_LOOK_BYTES: Final = 16 * _MIB
SPOOL_LOOK_S: Final = 0.25


# --- Workers -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LaneLimits:
    """Of one kind of requests: threads of each worker, who may wait, how long, and what one client may hold."""

    threads: int
    waiting: int
    patience_s: float
    # The part of all threads that one client holds at most.
    share: float


LANES: Final = {
    # Doors that cost little whatever is asked, and that every open map and phone needs all the time.
    "quick": LaneLimits(threads=1, waiting=2000, patience_s=5.0, share=1.0),
    # What people and programs ask for otherwise.
    "short": LaneLimits(threads=3, waiting=1000, patience_s=10.0, share=0.5),
    # What is answered together (`workers/batching.py`), a statement for many.
    "batch": LaneLimits(threads=2, waiting=1000, patience_s=5.0, share=1.0),
    # Exports, files, proposals and the like: they take their time, and never a thread from others.
    "long": LaneLimits(threads=2, waiting=100, patience_s=60.0, share=0.5),
}

# --- Open connections for news -----------------------------------------------------------------
NEWS_LISTENERS: Final = 2000
# A client that reads so slowly is let go; it connects again and asks what it has missed.
NEWS_WAITING: Final = 100
# Proxies end what is silent for a minute.
NEWS_HEARTBEAT_S: Final = 20.0
# Then the client connects again, and Django looks again whether it still may.
NEWS_LIFETIME_S: Final = 300.0

# --- Open connections for the feed of changes --------------------------------------------------
CHANGE_READERS: Final = 6000
# While somebody listens, the database is asked so often whether there is news.
CHANGES_LOOK_S: Final = 0.5
# So many who may see different things are asked for at a time.
CHANGES_ASKED: Final = 4

# --- The front's own look at the database ------------------------------------------------------
# When the database has said nothing for so long, whoever needs it is told so.
DATABASE_PATIENCE_S: Final = 0.8
DATABASE_PING_S: Final = 0.25
# --- Questions answered together ---------------------------------------------------------------
# So many statements of one kind are under way at a time, each for so many questions at most.
BATCH_ROUNDS: Final = 2
BATCH_MOST: Final = 512

# --- The front's own statements ----------------------------------------------------------------
# So many tiles are made at a time: a crowd of cold tiles never takes the connections by which it is asked whether
# what is kept still holds.
TILE_STATEMENTS: Final = max(2, os.cpu_count() or 2)
FRONT_CONNECTIONS: Final = BATCH_ROUNDS + TILE_STATEMENTS

# --- What the front keeps in memory ------------------------------------------------------------
# What a client writes (a query, a credential, all headers that matter) is kept with it up to this length.
KEPT_CHARACTERS: Final = 4096
# Whose request for what has been taken by Django, and may be answered from here while that stands.
TILESET_PLANS: Final = 20_000
# While the database is away, tiles are shown to whom it has confirmed within this time.
STALE_S: Final = 300.0
# Pages of features and the like that may be given again.
RESPONSE_CACHE_BYTES: Final = 64 * _MIB
# A body up to this size is compressed at once; above, in a thread.
COMPRESSED_AT_ONCE_BYTES: Final = 16 * 1024

# --- Which doors -------------------------------------------------------------------------------
QUICK_DOORS: Final = ("/tiles/", "/styles/", "/static/", "/api/grids/at", "/api/events")
# Doors that need no database, and answer while it is away.
DOORS_WITHOUT_DATABASE: Final = ("/static/", "/favicon")
