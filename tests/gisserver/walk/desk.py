"""How the doors of the clerk's desk are asked: a house's table, households by name, the queue in numbers, imports."""

from tests.gisserver.walk.walking import NO_ID, Walk, ids


def table_of_house(walk: Walk) -> None:
    """Ask for a house's table at a moment, and count its units and households."""
    at = walk.moment()
    house = walk.any_of("buildings", at)["id"]
    path = f"/api/buildings/{house}/table/"
    answer = walk.get(path, at=at)
    if walk.reader.nobody:
        walk.same(path, answer.status, 403)
    elif house in walk.reader.rows("buildings", walk.about(at)):
        rows = {kind: walk.reader.rows(kind, walk.about(at)).values() for kind in ("units", "households")}
        truth = {kind: [row for row in held if row["building"] == house] for kind, held in rows.items()}
        walk.same(f"{path} {at} units", ids(answer.json["units"]), ids(truth["units"]))
        told = sum(unit["households"] for unit in answer.json["units"])
        walk.same(f"{path} {at} households", told, len(truth["households"]))
    elif house not in walk.reader.lives("buildings"):
        walk.hidden(f"{path} {at}", path, answer, f"/api/buildings/{NO_ID}/table/", (house, NO_ID), at=at)


def search_of_households(walk: Walk) -> None:
    """Look for a household by its head's name: found only where the reader may read names."""
    name = walk.any_of("households", None)["head_name"]
    if len(name) < 2:
        return
    rows = walk.pages("/api/households/search/", at=None, text=name)
    if rows is not None:
        held = walk.reader.rows("households", walk.now).values()
        clear = [row for row in held if row["head_name"].startswith(name) and not walk.reader.masked(row)]
        walk.same(f"households called {name}", ids(rows), ids(clear))


def summary_of_reviews(walk: Walk) -> None:
    """Ask how many rows wait: those that the reader may decide."""
    answer = walk.get("/api/reviews/summary/")
    if walk.opens(answer, allowed=walk.reader.edited != set(), what="/api/reviews/summary/"):
        walk.same("/api/reviews/summary/", answer.json["total"], len(walk.reader.reviews))


def imports(walk: Walk) -> None:
    """Ask for the imports: those are told of which the reader sees something."""
    answer = walk.get("/api/imports/")
    if walk.opens(answer, allowed=walk.reader.edited != set(), what="/api/imports/"):
        told = set(ids(answer.json["results"]))
        walk.holds("/api/imports/", whether=walk.reader.read is None or told <= walk.reader.events)
