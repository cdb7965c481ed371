"""A feed of Open311 GeoReport v2, JSON or XML, turned into a sheet that `import_incidents` reads. Pure.

It runs in the process that reads untrusted files.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from gisserver.common.errors import Invalid
from gisserver.common.reading.nesting import check_json, check_xml

SHEET = "requests.csv"
# The columns of the sheet, and GeoReport's members; `import_incidents` knows most by these names.
COLUMNS = {
    "service_request_id": "service_request_id",
    "requested_datetime": "requested_datetime",
    "service_code": "service_code",
    "service_name": "service_name",
    "description": "description",
    "address": "address",
    "status": "status",
    "lon": "long",
    "lat": "lat",
}


def to_sheet(folder: Path, *, path: str) -> int:
    """Write the service requests of a file into ``folder``; return how many. Raises Invalid ``not_georeport``."""
    file = Path(path)
    with file.open("rb") as opened:
        is_xml = opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    rows = _from_xml(file) if is_xml else _from_json(file)
    number = 0
    with (folder / SHEET).open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([_text(row.get(member)) for member in COLUMNS.values()])
            number += 1
    return number


def _from_json(file: Path) -> Iterable[Mapping[str, Any]]:
    check_json(file)
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise _none() from error
    rows = told.get("service_requests") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _none()
    return rows


def _from_xml(file: Path) -> Iterable[Mapping[str, Any]]:
    check_xml(file)
    parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(["start", "end"])
    try:
        parser.feed(file.read_bytes())
        parser.close()
    except ElementTree.ParseError as error:
        raise _none() from error
    events: Any = parser.read_events()
    _, root = next(events)
    if root.tag != "service_requests":
        raise _none()
    return ({member.tag: member.text for member in element} for event, element in events if _is_whole(event, element))


def _is_whole(event: str, element: Any) -> bool:
    return event == "end" and element.tag == "request"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _none() -> Invalid:
    return Invalid("not_georeport", "This is no list of service requests of Open311 GeoReport v2, in JSON or XML.")
