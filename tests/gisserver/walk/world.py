"""The life of the city: all that can stand in one, moved between communities in every way there is."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import shapely
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from buildings.models import Doubt, ReviewItem, Unit
from gisserver.common.db.clock import database_now
from gisserver.common.jobs.models import Job, JobStatus
from grids.models import DivisionVersion, GridVersion
from incidents.models import Incident
from incidents.reported import as_reported
from incidents.services import record_incidents
from layers.publishing import publish_file
from tests import factories
from tests.factories import LONG_AGO, at, drawn, hours_ago, lonlat
from tests.gisserver.walk.city import CODES, COMMUNITIES, DRAWING, World, found, furnish, staff
from tests.redrawing import Draft, line, send


def build(root: Client, folder: Path) -> World:
    """Build the city and let it live."""
    world = World()
    found(world)
    furnish(world)
    staff(world)
    _happen(world)
    world.moments.append(LONG_AGO + timedelta(days=90))
    world.look()
    _live(world, root)
    world.look()
    _split_communities(world, folder)
    world.look()
    _redraw(world, root)
    world.look()
    _keep_company(world, folder)
    _plan(world, root, folder)
    world.moments.append(timezone.now() + timedelta(days=3))
    return world


def _happen(world: World) -> None:
    """Incidents everywhere, of which every other is over; some were reported long ago, some without a place."""
    factories.incident_type()
    reports = []
    for step in range(26):
        n = world.number()
        lon, lat = lonlat(at(0.2 + step * 0.45, 0.2 + step % 2))
        words = {"title": f"P{n}事", "text": f"W{n}文", "address": f"R{n}口", "external_id": f"E{n}", "source": "phone"}
        moments = {"occurred_at": hours_ago(30 - step), "now": hours_ago(29 - step)}
        reports.append(as_reported(type="A", lon=lon, lat=lat, crs="wgs84", **moments, **words))
    for moments in ({"now": hours_ago(5)}, {"now": hours_ago(4)}):
        n = world.number()
        reports.append(as_reported(type="A", occurred_at=hours_ago(40), title=f"P{n}事", text=f"W{n}文", **moments))
    for report in reports:
        record_incidents([report])
    ids = list(Incident.objects.order_by("pk").values_list("pk", flat=True))
    Incident.objects.filter(pk__in=ids[::2]).update(status="closed")


def _act(world: World, root: Client, path: str, body: Mapping[str, Any], *, expect: int = 201) -> dict[str, Any]:
    return send(root, path, {"reason": f"Z{world.number()}因", **body}, expect=expect)


def _spot(column: float, row: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(lonlat(at(column, row)))}


def _live(world: World, root: Client) -> None:
    """Houses move, merge over a border, are split, demolished, renamed, taken back."""
    houses = world.houses
    moved = houses["B"][0]
    answer = root.patch(
        f"/api/buildings/{moved.pk}/",
        json.dumps({"location": _spot(2.2, 0.8), "footprint": None, "reason": f"Z{world.number()}因"}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    n = world.number()
    _act(
        world,
        root,
        f"/api/buildings/{houses['D'][0].pk}/merge/",
        {"buildings": [houses["E"][0].pk], "name": f"B{n}楼", "address": f"人民路{n}号", "code": f"C{n}X"},
    )
    units = list(Unit.objects.filter(building=houses["H"][0]).order_by("pk").values_list("pk", flat=True))
    parts = [
        {"name": f"B{n}楼", "address": f"人民路{n}号", "location": _spot(*place), **taken}
        for n, place, taken in (
            (world.number(), (7.4, 0.4), {"rest": True}),
            (world.number(), (8.2, 0.4), {"units": units[:1]}),
        )
    ]
    _act(world, root, f"/api/buildings/{houses['H'][0].pk}/split/", {"parts": parts})
    _act(world, root, f"/api/buildings/{houses['F'][0].pk}/demolish/", {"end_households": True})
    undone = _act(world, root, f"/api/buildings/{houses['F'][1].pk}/demolish/", {"end_households": True})
    _act(world, root, f"/api/buildings/{houses['F'][1].pk}/revert/", {"event": undone["event"]["id"]})
    _act(
        world,
        root,
        f"/api/buildings/{houses['A'][0].pk}/readdress/",
        {"address": f"人民路{world.number()}号", "alternates": [f"北巷{world.number()}号"]},
    )
    _act(world, root, f"/api/buildings/{houses['A'][1].pk}/recode/", {"code": f"C{world.number()}X", "scheme": "sz19"})
    flat = Unit.objects.filter(building=houses["C"][1]).earliest("pk")
    n = world.number()
    _act(
        world,
        root,
        f"/api/buildings/{houses['C'][1].pk}/renumber/",
        {"units": [{"id": flat.pk, "number": f"F{n}", "address": f"南街{n}号"}]},
    )


def _written(path: Path, shapes: Mapping[str, Any], of: Mapping[str, str]) -> str:
    features = [
        {"type": "Feature", "properties": {"code": code, "of": of[code]}, "geometry": json.loads(shapely.to_geojson(s))}
        for code, s in shapes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(path)


def _kept(letter: str) -> str:
    """Return the code of the grid that was drawn as this letter."""
    return str(GridVersion.objects.filter(code__endswith=letter).values_list("code", flat=True).first())


def _give_away(world: World, folder: Path, kept: str, given: str, to: str, *options: str) -> None:
    """Let an import split a community of two grids: the second becomes another grid, of another community."""
    shapes = drawn(DRAWING)
    old = next(name for name, letters in COMMUNITIES.items() if kept in letters)
    new = f"N{world.number()}{to[-1]}"
    path = _written(
        folder / f"{to}.geojson",
        {_kept(kept): shapes[kept], new: shapes[given]},
        {_kept(kept): CODES[old], new: CODES[to]},
    )
    call_command("import_grids", path, "--crs=EPSG:4547", "--map=community=of", "--reframe", *options, verbosity=0)


def _split_communities(world: World, folder: Path) -> None:
    """K7 gets the area of D from K2; K8 gets half of the part of K6 that has no grids."""
    world.divisions["K7"] = factories.division(CODES["K7"], parent=world.divisions["S1"])
    _give_away(world, folder, "C", "D", "K7")
    west, east = drawn("..........PQ/..........PQ")["P"], drawn("..........PQ/..........PQ")["Q"]
    shapes = {CODES["K6"]: west, CODES["K8"]: east}
    path = _written(folder / "divisions.geojson", shapes, dict.fromkeys(shapes, ""))
    call_command("import_divisions", path, "--crs=EPSG:4547", "--level=community", verbosity=0)
    world.divisions["K8"] = DivisionVersion.objects.at().get(code=CODES["K8"]).division


def _draft(world: World, root: Client, name: str, *communities: str) -> Draft:
    body = {
        "title": f"V{world.number()}案",
        "reason": f"X{world.number()}由",
        "communities": [CODES[one] for one in communities],
    }
    draft = Draft.__new__(Draft)
    draft.client, draft.id = root, int(send(root, "/api/redraws/", body)["id"])
    draft.path = f"/api/redraws/{draft.id}/"
    world.redraws[name] = draft.id
    return draft


def _cut(world: World, draft: Draft, column: int) -> None:
    """Cut the grid of a column in a southern and a northern half."""
    grid = GridVersion.objects.at().get(geom__contains=at(column + 0.5, 0.5)).code
    draft.draw("split", grid=grid, line=line((column, 1), (column + 1, 1)), new=f"N{world.number()}")


def _redraw(world: World, root: Client) -> None:
    """Redraws in every state; one spans two communities."""
    other = Client()
    other.force_login(factories.administrator("other-root"))
    _cut(world, _draft(world, root, "draft", "K5"), 8)
    submitted = _draft(world, root, "submitted", "K1")
    _cut(world, submitted, 1)
    submitted.step("submit", comment=f"Y{world.number()}评")
    published = _draft(world, root, "published", "K3")
    _cut(world, published, 5)
    published.approved(other).step("publish")
    spanning = _draft(world, root, "spanning", "K5", "K7")
    _cut(world, spanning, 3)
    _cut(world, spanning, 9)
    spanning.approved(other).step("publish")
    rejected = _draft(world, root, "rejected", "K3")
    _cut(world, rejected, 4)
    rejected.step("submit")
    rejected.step("reject", by=other, comment=f"Y{world.number()}评")
    withdrawn = _draft(world, root, "withdrawn", "K1", "K3")
    withdrawn.step("withdraw", comment=f"Y{world.number()}评")


def _keep_company(world: World, folder: Path) -> None:
    """A published layer, rows in doubt, and jobs."""
    feature = {"type": "Feature", "properties": {"name": "井"}, "geometry": _spot(3, 1)}
    path = folder / "wells.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    world.layer = publish_file(path).layer.slug
    for name in [*COMMUNITIES, "K7", "K8", None]:
        n = world.number()
        text = f"人民路{n}号张H{n}1380{n:07d}"
        ReviewItem.objects.create(
            register="households",
            run=f"G{n}批",
            row_number=1,
            text=text,
            normalized=text,
            digest=str(n),
            row={"head_name": f"张H{n}", "phone": f"1380{n:07d}", "address": text},
            reason=Doubt.UNMATCHED,
            community=None if name is None else world.divisions[name],
        )


def employ(world: World, user: Any) -> None:
    """Give a user a job."""
    moment = database_now()
    Job.objects.create(
        kind=f"J{world.number()}", author=user, status=JobStatus.FAILED, detail=f"O{world.number()}", ended_at=moment
    )


def _plan(world: World, root: Client, folder: Path) -> None:
    """A redraw that takes effect tomorrow, and an import that gives H to a new community the day after."""
    other = Client()
    other.force_login(factories.administrator("third-root"))
    planned = _draft(world, root, "planned", "K1")
    _cut(world, planned, 0)
    tomorrow = timezone.now() + timedelta(days=1)
    planned.approved(other).step("publish", effective_at=tomorrow.isoformat())
    world.divisions["K9"] = factories.division(CODES["K9"], parent=world.divisions["S2"])
    _give_away(world, folder, "G", "H", "K9", f"--effective-at={(tomorrow + timedelta(days=1)).isoformat()}")
