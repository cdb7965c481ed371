"""Follow the feed of changes for ever and miss none: TOKEN=… python3 follow_changes.py SERVER kept.sqlite

Each change becomes a row of the table `changes`; put there what your component makes of it. The number of the last
change is kept in the same transaction as what was made of it: whenever this program is killed, it goes on just behind
the last one that it has finished. It needs Python and requests.
"""

import json
import os
import sqlite3
import sys
import time
from typing import Any

import requests

QUIET_S = 60  # the server says something every 20 seconds


def main(server: str, path: str) -> None:
    """Follow, and begin again whenever the connection ends."""
    kept = sqlite3.connect(path)
    kept.execute("CREATE TABLE IF NOT EXISTS place (last INTEGER NOT NULL)")
    kept.execute("CREATE TABLE IF NOT EXISTS changes (number INTEGER PRIMARY KEY, kind TEXT, ids TEXT)")
    kept.execute("INSERT INTO place SELECT 0 WHERE NOT EXISTS (SELECT * FROM place)")
    kept.commit()
    while True:
        try:
            follow(server, kept)
            pause_s = 0.1
        except OSError as error:  # the server is away, or the line is
            sys.stderr.write(f"{error}; trying again\n")
            pause_s = 3.0
        time.sleep(pause_s)


def follow(server: str, kept: sqlite3.Connection) -> None:
    """Take what comes until the connection ends."""
    (last,) = kept.execute("SELECT last FROM place").fetchone()
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Last-Event-ID": str(last)}
    with requests.get(f"{server}/api/changes/stream", headers=headers, stream=True, timeout=QUIET_S) as answer:
        answer.raise_for_status()
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.decode().partition(": ")
            if name:
                event[name] = value
                continue
            if "id" in event:
                take(kept, int(event["id"]), json.loads(event.get("data", "null")))
            event = {}


def take(kept: sqlite3.Connection, number: int, change: Any) -> None:
    """Make of a change what is to be made of it, and keep its number, both or neither."""
    with kept:
        if change is not None:
            kept.execute("INSERT INTO changes VALUES (?, ?, ?)", [number, change["kind"], json.dumps(change["ids"])])
        kept.execute("UPDATE place SET last = ?", [number])


if __name__ == "__main__":
    main(*sys.argv[1:])
