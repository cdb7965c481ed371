"""Laws that a table's own constraints can say: millimetres, validity, one row at a time, codes never reused."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import Func, Q

from gisserver.common.dates import CEILING, FLOOR


class IsMillimetre(Func):
    """Whether all coordinates are whole millimetres (law 2)."""

    function = "gis_is_millimetre"
    output_field = models.BooleanField()


class DoubleAreaMm2(Func):
    """Twice the area in square millimetres, an exact integer (law 1)."""

    function = "gis_double_area_mm2"
    output_field = models.DecimalField(max_digits=30, decimal_places=0)


class DatedRange(Func):
    """Whether the ends of a range of moments are moments, not infinities that pass for them."""

    template = "isfinite(lower(%(expressions)s)) AND coalesce(isfinite(upper(%(expressions)s)), true)"
    output_field = models.BooleanField()


class MomentInCalendar(Func):
    """Whether a moment lies between `dates.FLOOR` and `dates.CEILING`."""

    template = f"%(expressions)s BETWEEN '{FLOOR}'::timestamptz AND '{CEILING}'::timestamptz"
    output_field = models.BooleanField()


class RangeInCalendar(Func):
    """Whether a range of moments lies between `dates.FLOOR` and `dates.CEILING`, unless it has no end."""

    template = (
        f"lower(%(expressions)s) BETWEEN '{FLOOR}'::timestamptz AND '{CEILING}'::timestamptz "
        f"AND coalesce(upper(%(expressions)s) <= '{CEILING}'::timestamptz, true)"
    )
    output_field = models.BooleanField()


class Hash(Func):
    """A hash of columns in 64 bits, by which an exclusion constraint compares texts in a fraction of the time.

    Two texts of one hash would be taken for the same: of ten million the odds are one in 370,000.
    """

    function = "hash_record_extended"
    template = "%(function)s(ROW(%(expressions)s), 0)"
    output_field = models.BigIntegerField()


class InOneWeek(Func):
    """Whether hours (`fields.WeekHoursField`) are some of a week's."""

    template = "%(expressions)s <@ '{[0,10080)}'::int4multirange AND NOT isempty(%(expressions)s)"
    output_field = models.BooleanField()


class OneOf(Func):
    """Whether exactly one of the columns is set."""

    function = "num_nonnulls"
    template = "%(function)s(%(expressions)s) = 1"
    output_field = models.BooleanField()


def geometry_laws(prefix: str, field: str = "geom") -> list[models.CheckConstraint]:
    """Return the constraints that every stored geometry keeps: valid, not empty, whole millimetres (law 2)."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{field}__isvalid": True}) | Q(**{f"{field}__isnull": True}),
            name=f"{prefix}_{field}_valid",
        ),
        models.CheckConstraint(
            condition=Q(**{f"{field}__isempty": False}) | Q(**{f"{field}__isnull": True}),
            name=f"{prefix}_{field}_not_empty",
        ),
        models.CheckConstraint(
            condition=Q(IsMillimetre(field)) | Q(**{f"{field}__isnull": True}),
            name=f"{prefix}_{field}_millimetre",
        ),
    ]


def dated(prefix: str, *, may_be_called_off: bool = False) -> models.CheckConstraint:
    """Return the constraint that a row begins at a moment, included, and ends before its end, if it has one (law 4).

    Other bounds would leave an instant that no check asks about. A row that ``may_be_called_off`` before it has
    begun is then valid never.
    """
    held = Q(
        DatedRange("valid"),
        valid__isempty=False,
        valid__lower_inf=False,
        valid__lower_inc=True,
        valid__upper_inc=False,
    )
    return models.CheckConstraint(
        condition=held | Q(valid__isempty=True) if may_be_called_off else held, name=f"{prefix}_dated"
    )


def in_calendar(prefix: str, *fields: str) -> models.CheckConstraint:
    """Return the constraint that these fields, ``valid``, ``known`` or moments, lie in the calendar of records.

    The edges of Python's and PostgreSQL's calendars can be stored, but not be read in every time zone.
    """
    held = Q()
    for field in fields:
        held &= Q(RangeInCalendar(field) if field in ("valid", "known") else MomentInCalendar(field))
    return models.CheckConstraint(condition=held, name=f"{prefix}_calendar")


def one_at_a_time(prefix: str, *fields: str) -> ExclusionConstraint:
    """Return the constraint that for equal ``fields`` one row is valid at any instant (law 4)."""
    return ExclusionConstraint(
        name=f"{prefix}_one_at_a_time",
        expressions=[
            *((field, RangeOperators.EQUAL) for field in fields),
            ("valid", RangeOperators.OVERLAPS),
        ],
    )


def one_reference(prefix: str) -> models.UniqueConstraint:
    """Return the constraint that of the rows that hold now one has a source's own reference (law 8)."""
    return models.UniqueConstraint(
        fields=["source", "source_ref"],
        condition=Q(valid__upper_inf=True) & ~Q(source_ref=""),
        name=f"{prefix}_one_reference",
    )


def code_never_reused(prefix: str, field: str) -> ExclusionConstraint:
    """Return the constraint that a code, once issued, means the same ``field`` for ever (law 5)."""
    return ExclusionConstraint(
        name=f"{prefix}_code_never_reused",
        expressions=[("code", RangeOperators.EQUAL), (field, RangeOperators.NOT_EQUAL)],
    )
