"""Monthly full registers of 20,000 homes against the truth, and how fast they load by code and by address.

All in one transaction on the database in use, which is rolled back. A difference from the truth at any date, or an id
that is not for life, is broken.
"""

import time
from collections.abc import Iterator

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction

from bench import Broken, Ratio
from bench.months.loading import believed, build, lives, load, name_homes, renumber_homes, true
from bench.months.town import Town, first_of
from buildings.importers.households import import_households
from buildings.lifecycle.act import Order
from gisserver.common.reading import Table

HOMES, MONTHS, BY_ADDRESS = 20_000, 12, 5_000


def run() -> Iterator[Ratio]:
    """Yield the time of each month's register by code or door, and of rows by address, beside the goals."""
    with transaction.atomic():
        town = Town(HOMES, seed=1)
        begins = first_of(0).replace(year=2024)
        units = build(town, begins)
        yield from _months(town, units)
        _demand_truth(town, units)
        yield _by_address(name_homes(town, units, begins)[:BY_ADDRESS])
        transaction.set_rollback(True)


def _months(town: Town, units: list[int]) -> Iterator[Ratio]:
    read = doubts = 0
    clerk = User.objects.create_superuser("bench")
    for month in range(MONTHS):
        if month:
            renumbered = Order(user=clerk, effective_at=first_of(month), reason="重编")
            renumber_homes(town.renumber(month), units, renumbered)
            town.live(month)
        table, _ = town.register(month)
        began = time.perf_counter()
        outcome = load(table, first_of(month))
        taken = time.perf_counter() - began
        read, doubts = read + outcome.read, doubts + outcome.in_doubt
        work = f"month {month}: begun {outcome.begun}, changed {outcome.changed}, missing {outcome.missing}"
        yield Ratio(work, taken, f"5,000 rows/s by code or door, {outcome.read} rows", outcome.read / 5000)
        for moment, late in town.late(month):
            load(late, moment, full=False)
    if doubts > read / 100:
        raise Broken(f"{doubts} of {read} rows are in doubt")


def _demand_truth(town: Town, units: list[int]) -> None:
    for month in range(MONTHS - 1):
        for date in (first_of(month), first_of(month).replace(day=20)):
            if believed(date) != true(town, units, date):
                raise Broken(f"{date:%Y-%m-%d}: what is believed is not what is true")
    if {len(ids) for ids in lives().values()} != {1}:
        raise Broken("a household has two ids")


def _by_address(texts: list[str]) -> Ratio:
    columns = {
        "address": np.array(texts, dtype=object),
        "source_ref": np.array([f"a{n}" for n in range(len(texts))], dtype=object),
    }
    types = dict.fromkeys(columns, "object")
    table = Table("addresses", "addresses", tuple(columns), columns, types, len(texts), None, None, None, "utf-8")
    began = time.perf_counter()
    outcome = import_households(table=table, columns={name: name for name in columns}, source="bench")
    taken = time.perf_counter() - began
    work = f"by address: begun {outcome.begun}, in doubt {outcome.in_doubt}"
    return Ratio(work, taken, f"1,000 rows/s by address, {outcome.read} rows", len(texts) / 1000)
