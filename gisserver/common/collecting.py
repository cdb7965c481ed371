"""How often a process that has loaded everything looks for garbage in cycles."""

import gc
from functools import cache


@cache
def collect_rarely() -> None:
    """Leave what has been loaded out of the collector's rounds, and make these rounds rare; once a process.

    What has been loaded stays for good: the collector need not walk it again and again while a redraw is replayed or
    a file geocoded, nor look for cycles after every 700 objects (a fifth to a third of the time of such work).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
