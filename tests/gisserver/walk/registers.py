"""How lists, things by their ids and codes, and lives are asked, and what they must say."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from buildings.masking import mask_name
from gisserver.common.personal import mask_phone
from tests.gisserver.walk.walking import NO_CODE, NO_ID, Answer, Walk, ids

Ask = Callable[[Walk], None]


def listed(kind: str, *, filters: Callable[[Walk, Any], tuple[dict[str, Any], Callable[[Any], bool]]]) -> Ask:
    """Ask a list at a moment with a filter, and compare ids."""

    def ask(walk: Walk) -> None:
        at = walk.moment()
        query, keeps = filters(walk, at)
        rows = walk.pages(f"/api/{kind.replace('_', '-')}/", at=at, **query)
        if rows is not None:
            truth = [row for row in walk.reader.rows(kind, walk.about(at)).values() if keeps(row)]
            walk.same(f"/api/{kind}/ {at} {query}", ids(rows), ids(truth))
            _compared(walk, kind, rows, at)

    return ask


def _compared(walk: Walk, kind: str, rows: list[dict[str, Any]], at: Any) -> None:
    """Compare the words of rows that are told."""
    truth = walk.reader.rows(kind, walk.about(at))
    codes = {row["id"]: row["code"] for row in walk.truth.rows("divisions", walk.about(at)).values()}
    for row in rows:
        is_so = truth.get(row["id"])
        if is_so is None:
            continue
        for name in {"code", "address", "grid", "building", "unit", "number"} & row.keys() & is_so.keys():
            walk.same(f"{kind} {row['id']} {name} {at}", row[name], is_so[name])
        if kind in ("buildings", "grids", "incidents"):
            walk.same(f"{kind} {row['id']} community {at}", row["community"], codes.get(is_so["community"]))
        if kind == "households":
            masked = walk.reader.masked(is_so)
            plain = (is_so["head_name"], is_so["phone"])
            shown = (mask_name(plain[0]), mask_phone(plain[1])) if masked else plain
            walk.same(f"household {row['id']} {at}", (row["masked"], row["head_name"], row["phone"]), (masked, *shown))


def random_box(walk: Walk) -> tuple[str, Callable[[Any], bool]]:
    """Return a random box and the condition that a point lies in it."""
    west, south = 114.258 + walk.luck.random() * 0.012, 22.68
    rows = list(walk.truth.rows("buildings", walk.now).values())
    west = walk.luck.choice(rows)["lon"] + 1e-5
    east = west + walk.luck.choice([0.001, 0.004])
    south = min(row["lat"] for row in rows) - 1e-4
    north = south + walk.luck.choice([0.001, 0.01])
    return (
        f"{west:.7f},{south:.7f},{east:.7f},{north:.7f}",
        lambda row: row["lon"] is not None and west <= row["lon"] <= east and south <= row["lat"] <= north,
    )


def by_place(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Filter by nothing, a box, or a grid of the user's."""
    grids = list(walk.reader.rows("grids", walk.about(at)).values())
    choice = walk.luck.choice(["all", "bbox", "grid"])
    if choice == "bbox":
        box, holds = random_box(walk)
        return {"bbox": box}, holds
    if choice == "grid" and grids:
        code = walk.luck.choice(grids)["code"]
        return {"grid": code}, lambda row: row["grid"] == code
    return {}, lambda row: True


def by_building(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Filter by nothing, or by any building."""
    if walk.luck.random() < 0.5:
        return {}, lambda row: True
    house = walk.any_of("buildings", at)["id"]
    return {"building": house}, lambda row: row["building"] == house


def by_nothing(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    return {}, lambda row: True


def by_community(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Filter by a community of the user's, or by what `by_place` does."""
    answered = [row for row in walk.reader.rows("divisions", walk.about(at)).values() if row["community"] is not None]
    if not answered or walk.luck.random() < 0.6:
        return by_place(walk, at)
    row = walk.luck.choice(answered)
    return {"community": row["code"]}, lambda house: house["community"] == row["id"]


def by_status(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    if walk.luck.random() < 0.5:
        return by_place(walk, at)
    return {"status": "open"}, lambda row: row["status"] == "new"


def own_list(path: str, held: Callable[[Walk], set[int]], allowed: Callable[[Walk], bool]) -> Ask:
    """Ask a list that has no moment."""

    def ask(walk: Walk) -> None:
        answer = walk.get(path)
        if walk.opens(answer, allowed=allowed(walk), what=path):
            walk.same(path, ids(answer.json["results"]), sorted(held(walk)))

    return ask


def one_of(kind: str, below: str = "") -> Ask:
    """Ask for one thing by its id at a moment; a hidden one answers as one that there is not."""

    def ask(walk: Walk) -> None:
        at = walk.moment()
        row = walk.any_of(kind, at)
        door = f"/api/{kind.replace('_', '-')}"
        path = f"{door}/{row['id']}/{below}"
        answer = walk.get(path, at=at, scan=kind != "incidents")
        if kind == "incidents":
            _scan_receipts(walk, f"{path} {at}", answer, at)
        if walk.reader.nobody:
            walk.same(path, answer.status, 403)
        elif row["id"] in walk.reader.rows(kind, walk.about(at)):
            walk.same(path, answer.status, 200)
            _compared(walk, kind, [answer.json], at)
        else:
            known = row["id"] in walk.reader.lives(kind) if kind == "buildings" else False
            if not known:
                walk.hidden(f"{path} {at}", path, answer, f"{door}/{NO_ID}/{below}", (row["id"], NO_ID), at=at)

    return ask


def _scan_receipts(walk: Walk, asked: str, answer: Answer, at: datetime | None) -> None:
    """Look for secret words in an incident, and in its receipts, each of which tells of the moment it began at."""
    told = answer.json
    for receipt in told.pop("assignments", []):
        then = [datetime.fromisoformat(receipt["valid"]["from"])]
        walk.scan(json.dumps(receipt, ensure_ascii=False).encode(), asked, at, then=then)
    if occurred := told.get("occurred_at"):
        placed = json.dumps(told.pop("then"), ensure_ascii=False).encode()
        walk.scan(placed, asked, at, then=[datetime.fromisoformat(occurred)])
    walk.scan(json.dumps(told, ensure_ascii=False).encode(), asked, at)


def life_of(kind: str) -> Ask:
    """Ask for the life of a thing."""

    def ask(walk: Walk) -> None:
        pk = walk.luck.choice(list(walk.truth.lives[kind]))
        door = f"/api/{kind.replace('_', '-')}"
        path = f"{door}/{pk}/history/"
        answer = walk.get(path)
        if walk.reader.nobody:
            walk.same(path, answer.status, 403)
        elif pk in walk.reader.lives(kind):
            walk.same(path, answer.status, 200)
            walk.holds(f"{path} events", whether=set(ids(answer.json["events"])) <= walk.reader.events)
            seen = walk.reader.lives("buildings")
            answered = {state["building"] for state in answer.json["states"] if "building" in state} - {None}
            walk.holds(f"{path} buildings of states", whether=answered <= seen)
        else:
            walk.hidden(path, path, answer, f"{door}/{NO_ID}/history/", (pk, NO_ID))

    return ask


def numbers(walk: Walk) -> None:
    """Ask how many homes and households a building has at a moment, and count them."""
    at = walk.moment()
    house = walk.any_of("buildings", at)["id"]
    answer = walk.get("/api/households/counts/", at=at, building=house)
    if not walk.opens(answer, allowed=not walk.reader.nobody, what="/api/households/counts/"):
        return
    held = [walk.reader.rows(kind, walk.about(at)).values() for kind in ("units", "households")]
    truth = [sum(row["building"] == house for row in rows) for rows in held]
    walk.same(f"numbers of {house} {at}", [answer.json[0]["units"], answer.json[0]["households"]], truth)


def life_of_household(walk: Walk) -> None:
    """Ask for the life of a household; one that was never in the reader's areas is none."""
    pk = walk.any_of("households", walk.moment())["id"]
    path = f"/api/households/{pk}/history/"
    answer = walk.get(path)
    if walk.reader.nobody:
        walk.same(path, answer.status, 403)
    elif answer.status == 200:
        walk.holds(f"{path} events", whether=set(ids(answer.json["events"])) <= walk.reader.events)
        seen = walk.reader.lives("units")
        walk.holds(f"{path} units", whether={period["unit"] for period in answer.json["periods"]} <= seen)
    else:
        walk.hidden(path, path, answer, f"/api/households/{NO_ID}/history/", (pk, NO_ID))


def by_id(
    path: str, every: Callable[[Walk], Any], held: Callable[[Walk], set[int]], allowed: Callable[[Walk], bool]
) -> Ask:
    """Ask for one thing that has no moment; what it says is only searched for words."""

    def ask(walk: Walk) -> None:
        known = sorted(every(walk))
        if not known:
            return
        pk = walk.luck.choice(known)
        answer = walk.get(path.format(pk))
        if not allowed(walk):
            walk.same(path.format(pk), answer.status, 403)
        elif pk in held(walk):
            walk.holds(f"{path.format(pk)} status", whether=answer.status in (200, 409))
        else:
            walk.hidden(path.format(pk), path, answer, path.format(NO_ID), (pk, NO_ID))

    return ask


def _code_of(kind: str) -> Callable[[Walk, Any], tuple[str, int]]:
    return lambda walk, at: (lambda row: (row["code"], row["id"]))(walk.any_of(kind, at))


def by_code(kind: str, below: str = "") -> Ask:
    """Ask for a grid or a division by its code."""

    def ask(walk: Walk) -> None:
        at = walk.moment()
        row = walk.any_of(kind, at)
        path = f"/api/{kind}/{row['code']}/{below}"
        answer = walk.get(path, at=at)
        seen = row["id"] in walk.reader.rows(kind, walk.about(at))
        if walk.reader.nobody:
            walk.same(path, answer.status, 403)
        elif not seen:
            walk.hidden(f"{path} {at}", path, answer, f"/api/{kind}/{NO_CODE}/{below}", (row["code"], NO_CODE), at=at)
        elif not below:
            walk.same(f"{path} {at}", (answer.status, answer.json["id"]), (200, row["id"]))
            if kind == "grids":
                _load(walk, path, answer.json, at)

    return ask


def _load(walk: Walk, path: str, answered: Any, at: Any) -> None:
    """Compare what a grid carries."""
    for kind in ("buildings", "units", "households"):
        truth = [row for row in walk.truth.rows(kind, walk.about(at)).values() if row["grid"] == answered["code"]]
        walk.same(f"{path} {at} load {kind}", answered["load"][kind], len(truth))


def codes(walk: Walk) -> None:
    """Ask what a code means, now or at a moment."""
    at = walk.moment()
    kind = walk.luck.choice(["buildings", "units", "grids", "divisions"])
    rows = [row for row in walk.truth.rows(kind, walk.luck.choice(walk.world.moments)).values() if row["code"]]
    row = walk.luck.choice(rows)
    path = f"/api/codes/{row['code']}"
    answer = walk.get(path, at=at, scan=False)
    walk.scan(answer.body, path, at, then=[None])  # it tells today's code, too
    if walk.reader.nobody:
        walk.same(path, answer.status, 403)
        return
    target = kind.removesuffix("s")
    answered = {one["id"] for one in answer.json.get("meanings", []) if one["target"] == target}
    if at is not None:
        then = walk.truth.rows(kind, at).get(row["id"])
        meant = then is not None and then["code"] == row["code"]
        seen = walk.reader.rows(kind, at) if meant else {}
    elif kind == "divisions":
        seen = walk.reader.rows(kind, walk.now) if row["id"] in walk.truth.rows(kind, walk.now) else answered
    else:
        seen = walk.reader.lives(kind)
    walk.same(f"{path} {at}", answered, {row["id"]} & set(seen))
    if answer.status == 404:
        walk.hidden(path, path, answer, f"/api/codes/{NO_CODE}", (row["code"], NO_CODE), at=at)


def addresses(walk: Walk) -> None:
    """Ask what an address means."""
    at = walk.moment()
    rows = walk.truth.rows("buildings", walk.luck.choice(walk.world.moments)).values()
    row = walk.luck.choice([row for row in rows if row["address"]])
    answer = walk.get("/api/addresses/", at=at, scan=False, text=row["address"])
    walk.scan(answer.body, f"/api/addresses/ {row['address']} {at}", at, then=[None])  # it tells today's code, too
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/api/addresses/"):
        answered = {one["id"] for one in answer.json["meanings"]}
        seen = walk.reader.lives("buildings") if at is None else set(walk.reader.rows("buildings", at))
        walk.holds(f"/api/addresses/ {row['address']} {at}", whether=answered <= seen)
        then = walk.truth.rows("buildings", walk.about(at)).get(row["id"], {})
        if row["id"] in seen and then.get("address") == row["address"]:
            walk.holds(f"/api/addresses/ {row['address']} {at}", whether=row["id"] in answered)
