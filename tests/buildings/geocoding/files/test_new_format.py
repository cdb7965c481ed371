"""A format of files is one file: its doors, its jobs and OpenAPI follow from it."""

import json
from typing import Any

import pytest

from tests.copied_tree import copy_to, run

FORMAT = '''"""Addresses, one a line."""

from buildings.geocoding.files.file_format import FileFormat, register
from buildings.geocoding.files.work import Work


def opened(user, data, asked):
    blocks = lambda lines: (b"%s: asked\\n" % line for line in lines)
    return Work(heading=b"", rows=data.split(), blocks=blocks, media_type="text/plain", file_name="geocoded.txt")


register(FileFormat(name="txt", media_type="text/plain", search=opened, reverse=opened))
'''
ASK = """
import json
import gisserver
import django
django.setup()
from django.core.files.base import ContentFile
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from buildings.geocoding.files.kinds import WORKS, kind_name
from buildings.geocoding.files.work import Asked
from gisserver.common.jobs.kinds import kind_of
from gisserver.common.jobs.models import Job

path = "/geocode/search/txt/"
paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
job = Job(pk=7, kind=kind_name("search/txt"))
kind = kind_of(job)
print(json.dumps({
    "door": resolve(path).func.view_initkwargs["work"],
    "job": resolve(path + "jobs/").func.view_initkwargs["work"],
    "answer": b"".join(WORKS["search/txt"](None, b"A B", Asked())).decode(),
    "result of a job": [kind.media_type(job), kind.file_name(job)],
    "described": [*paths[path]["post"]["requestBody"]["content"]],
}))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a server with one file more says of its format."""
    tree = copy_to(tmp_path_factory.mktemp("tree"))
    (tree / "buildings/geocoding/files/formats/txt.py").write_text(FORMAT)
    answer: dict[str, Any] = json.loads(run(tree, "-c", ASK))
    return answer


def test_it_has_doors(said: dict[str, Any]) -> None:
    assert (said["door"], said["job"]) == ("search/txt", "search/txt")


def test_a_file_of_it_is_answered(said: dict[str, Any]) -> None:
    assert said["answer"] == "A: asked\nB: asked\n"


def test_the_result_of_a_job_is_called_after_it(said: dict[str, Any]) -> None:
    assert said["result of a job"] == ["text/plain", "geocoded-7.txt"]


def test_openapi_describes_it(said: dict[str, Any]) -> None:
    assert "text/plain" in said["described"]
