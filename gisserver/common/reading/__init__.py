"""The reading room: a file becomes a table of typed rows, or a refusal with a name. Pure.

    table = read_table(Path("wards.geojson.gz"), crs=parse_crs("wgs84"))
    columns = resolve(table.fields, wanted=[Field("code", ("id",), required=True)], given={"code": "WARD"})
    codes = table.text(columns["code"])
    placed, problems = place_rows(table, survey_srid=4547)

Everything that stops a whole file is an `Invalid` with a stable code; everything that stops a single row is a
`RowProblem`, and `write_report` writes those to a file.
"""

from gisserver.common.reading.fields import Field, known_names, parse_mapping, plain, resolve
from gisserver.common.reading.handover import list_layers, read_table
from gisserver.common.reading.heading import Expected
from gisserver.common.reading.placing import place_rows
from gisserver.common.reading.reader import LayerInfo
from gisserver.common.reading.report import write_report
from gisserver.common.reading.table import RowProblem, Table

__all__ = [
    "Expected",
    "Field",
    "LayerInfo",
    "RowProblem",
    "Table",
    "known_names",
    "list_layers",
    "parse_mapping",
    "place_rows",
    "plain",
    "read_table",
    "resolve",
    "write_report",
]
