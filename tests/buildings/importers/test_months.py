"""Twelve monthly full registers of a town whose truth is known: each household is where it is, at every past date."""

import pytest

from bench.months.loading import believed, build, lives, load, renumber_homes, true
from bench.months.town import Town, first_of
from buildings.lifecycle.act import Order
from buildings.lifecycle.events.revert import take_back_event
from buildings.models import EventKind, LifecycleEvent, ReviewItem
from gisserver.common.access.roles import Role
from tests import factories
from tests.factories import LONG_AGO, community_of

pytestmark = pytest.mark.usefixtures("laws")
MONTHS, HOMES = 12, 240
# When a house gets other codes, and its rooms other numbers.
RENUMBERED = (3, 8)


def test_a_year_of_registers_is_true_at_every_date() -> None:
    town = Town(HOMES, seed=13)
    units = build(town, LONG_AGO, community=community_of("AB").pk)
    doubts = rows = late_news = 0
    clerk = factories.administrator()
    for month in range(MONTHS):
        if month in RENUMBERED:
            renumber_homes(town.renumber(month), units, Order(user=clerk, effective_at=first_of(month), reason="重编"))
        if month:
            town.live(month)
        table, slips = town.register(month)
        outcome = load(table, first_of(month))
        told = outcome.begun + outcome.changed + outcome.ended + outcome.unchanged + outcome.in_doubt
        assert told + len(outcome.rejected) == outcome.read
        assert outcome.in_doubt == len(slips)
        doubts, rows = doubts + outcome.in_doubt, rows + outcome.read
        for moment, late in town.late(month):
            load(late, moment, full=False)
            late_news += 1
    assert late_news > 2
    dates = [moment for month in range(MONTHS) for moment in (first_of(month), first_of(month).replace(day=20))]
    differing = [date for date in dates[:-1] if believed(date) != true(town, units, date)]
    assert differing == []
    assert {len(ids) for ids in lives().values()} == {1}
    assert doubts <= rows / 100


def test_a_wrong_import_is_taken_back_whole() -> None:
    community = community_of("AB")
    town = Town(60, seed=4)
    build(town, LONG_AGO, community=community.pk)
    load(town.register(0)[0], first_of(0))
    before = believed(first_of(3))
    town.live(1)
    load(town.register(1)[0], first_of(1))
    assert believed(first_of(3)) != before
    event = LifecycleEvent.objects.filter(kind=EventKind.IMPORT).latest("pk")
    supervisor = factories.user("wang", role=Role.SUPERVISOR, area=community)
    take_back_event(order=Order(user=supervisor, reason="错的文件"), event_id=event.pk)
    assert believed(first_of(3)) == before
    assert not ReviewItem.objects.filter(status="decided").exists()
