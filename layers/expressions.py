"""SQL functions and operators as ORM expressions: values stay bound, columns stay quoted."""

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db.models import BooleanField, FloatField, Func, TextField
from django.db.models.expressions import Combinable


def condition(template: str, *arguments: Combinable | Any) -> Func:
    """Return a condition; ``{0}``, ``{1}``, … in ``template`` stand for the arguments."""
    return _Template(template, *arguments, output_field=BooleanField())


def number(template: str, *arguments: Combinable | Any) -> Func:
    """Return a number."""
    return _Template(template, *arguments, output_field=FloatField())


def text(template: str, *arguments: Combinable | Any) -> Func:
    """Return a text."""
    return _Template(template, *arguments, output_field=TextField())


def geometry(template: str, *arguments: Combinable | Any) -> Func:
    """Return a geometry."""
    return _Template(template, *arguments, output_field=GeometryField())


class _Template(Func):
    """A piece of SQL with places for its arguments; it is written in this package, never made of input."""

    def __init__(self, template: str, *arguments: Any, **extra: Any) -> None:
        super().__init__(*arguments, **extra)
        self.pattern = template

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Compile each argument where it stands, as often as it stands there."""
        compiled = [compiler.compile(argument) for argument in self.source_expressions]
        parts, params = [], []
        for piece in self._pieces():
            if isinstance(piece, int):
                parts.append(compiled[piece][0])
                params.extend(compiled[piece][1])
            else:
                parts.append(piece.replace("%", "%%"))
        return "".join(parts), params

    def _pieces(self) -> list[str | int]:
        pieces: list[str | int] = []
        for number_, part in enumerate(self.pattern.replace("}", "{").split("{")):
            pieces.append(int(part) if number_ % 2 else part)
        return pieces
