"""Fills what is stored beside addresses that came before their columns did, or that an older parser read."""

from collections.abc import Callable
from typing import Any

from buildings.addresses.keys import kept
from buildings.addresses.text.normalize import normalize

CHUNK = 5_000
READ = """
SELECT id, text, unit_id IS NULL AND division_id IS NULL FROM buildings_address WHERE id > %s ORDER BY id LIMIT %s
"""
WRITE = r"""
UPDATE buildings_address a
SET normalized = t.normalized, keys = string_to_array(t.keys, E'\n'), names = string_to_array(t.names, E'\n')
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS t (id, normalized, keys, names)
WHERE a.id = t.id
  AND (a.normalized, a.keys, a.names)
      IS DISTINCT FROM (t.normalized, string_to_array(t.keys, E'\n'), string_to_array(t.names, E'\n'))
"""
LEARN = "SELECT buildings_learn_names(%s::text[])"
Kept = tuple[tuple[str, ...], tuple[str, ...]]
NOTHING: Kept = ((), ())


def renew(connection: Any, say: Callable[[str], object] = lambda _: None) -> int:
    """Compute what follows from the text of every address anew; return how many. In chunks, by id."""
    last = count = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(READ, [last, CHUNK])
            rows = cursor.fetchall()
            if not rows:
                return count
            found = [kept(text) if house else NOTHING for _, text, house in rows]
            columns = (["\n".join(one[part]) for one in found] for part in (0, 1))
            cursor.execute(WRITE, [[r[0] for r in rows], [normalize(r[1])[:300] for r in rows], *columns])
            cursor.execute(LEARN, [sorted({name for _, names in found for name in names})])
            last, count = rows[-1][0], count + len(rows)
            say(f"{count:,} addresses")
