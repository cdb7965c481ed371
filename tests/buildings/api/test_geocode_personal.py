"""A thousand names and telephone numbers are planted; whom may not read them finds none of them anywhere."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from buildings.addresses.text.message import message_of
from buildings.api.geocode.contact import masked
from buildings.models import Building, Household, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import Job
from gisserver.common.models import RowHistory
from tests.factories import LONG_AGO, at, building, community_of, lonlat, user

pytestmark = pytest.mark.usefixtures("laws")
PLANTED = 1000
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊洋艳"
NAMES = [f"{SURNAMES[n % 10]}{GIVEN[n // 10 % 10]}{GIVEN[n // 100]}" for n in range(PLANTED)]
PHONES = [f"189{n:08d}" for n in range(12345, 12345 + PLANTED)]
ADDRESS = "东街3号101"


@pytest.fixture
def house() -> Building:
    """A unit with a thousand households."""
    house = building(at(0.5, 0.5), address="东街3号", community=community_of("AB"))
    unit = Unit.objects.create(building=house, number="101", valid=since(LONG_AGO))
    told = zip(NAMES, PHONES, strict=True)
    Household.objects.bulk_create(
        Household(unit=unit, head_name=name, phone=phone, valid=since(LONG_AGO)) for name, phone in told
    )
    return house


@pytest.fixture
def reader(house: Building) -> Client:
    """Somebody who may look addresses up and take them away, and read no personal data."""
    client = Client()
    client.force_login(user("li", role=Role.ANALYST, area=house.community))
    return client


def planted_in(text: str) -> list[str]:
    return [one for one in (*NAMES, *PHONES) if one in text]


def asked(reader: Client, house: Building) -> str:
    """What all doors of one address say, to questions that hold the household's own name and number."""
    lon, lat = lonlat(house.location)
    said = []
    for name, phone in list(zip(NAMES, PHONES, strict=True))[::500]:
        text = f"收件人：{name} 电话 {phone} {ADDRESS}"
        every = {"q": text, "extratags": 1, "namedetails": 1}
        forms = ("geocodejson", "geojson", "jsonv2", "json", "xml")
        said += [reader.get("/geocode/search", {**every, "format": form}) for form in forms]
        said += [
            reader.get(f"/geocode/{door}", {"q": text}) for door in ("autocomplete", "photon/api", "addok/search/")
        ]
        said.append(reader.get("/api/addresses/", {"text": text}))
    said.append(reader.get("/geocode/reverse", {"lat": lat, "lon": lon}))
    said.append(reader.get("/geocode/lookup", {"osm_ids": f"B{house.pk}", "extratags": 1}))
    said += [reader.get(f"/api/buildings/{house.pk}/{door}") for door in ("", "history/", "events/")]
    return "".join(answer.content.decode() for answer in said)


# How names and numbers stand in what people send.
WRITTEN = (
    "收件人：{name} 电话 {phone} {address}",
    "{address} {name} {phone}",
    "{name}，{phone}，{address}",
    "{address}（{name}收）{phone}",
    "{address}({name} {phone})",
    "联系人:{name};手机号:{phone};地址:{address}",
    "{name}先生 {phone:.3} {phone:.7} {address}",
    "收货地址：{address} 收货人：{name} 联系电话：+86 {phone}",
    "市民{name}女士（{phone}）反映{address}漏水",
    "{name}\n{phone}\n{address}",
    "{address},{name},tel:{phone}",
    "业主：{name}，电话{phone}，住{address}",
    "{address}{name}{phone}",
    "{address} 联系人{name} {phone}",
    "{address}，找{name}，{phone}",
    "{name}/{phone}/{address}",
    "[{name}][{phone}]{address}",
)


@pytest.mark.parametrize("written", WRITTEN)
def test_what_is_echoed_holds_none_of_them(written: str) -> None:
    texts = [written.format(name=n, phone=p, address=ADDRESS) for n, p in zip(NAMES, PHONES, strict=True)]
    told = "\n".join(masked(text, message_of(text).contact).query for text in texts)
    assert planted_in(told) == []


def test_no_door_tells_of_them(reader: Client, house: Building) -> None:
    text = asked(reader, house)
    assert "东街3号" in text
    assert planted_in(text) == []


def test_no_log_and_no_history_keeps_them(reader: Client, house: Building, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asked(reader, house)
    told = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert planted_in(told) == []
    assert planted_in("".join(str(values) for values in RowHistory.objects.values_list())) == []


def test_no_job_s_file_has_more_than_was_sent(reader: Client, house: Building, settings: Any, tmp_path: Path) -> None:
    settings.GISSERVER_HOME = tmp_path
    body = f"address\n{ADDRESS}\n东街3号\n".encode()
    job = reader.post(
        "/geocode/search/csv/jobs/", body, content_type="text/csv", headers={"Idempotency-Key": "a"}
    ).json()
    runner.run(job["id"])
    kept = "".join(path.read_text(encoding="utf-8") for path in Job.objects.get().folder.iterdir())
    assert "found" in kept
    assert planted_in(kept + str(Job.objects.values_list())) == []
