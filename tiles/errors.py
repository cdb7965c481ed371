"""Refusals of the tile doors."""

from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence


class BadTileset(Invalid):
    """The list of layers in the address says something that cannot be served."""

    def __init__(self, detail: str) -> None:
        super().__init__("bad_layers", detail)


class BadProperties(Invalid):
    """The parameter ``properties`` names one that no layer has."""

    def __init__(self, unknown: str) -> None:
        super().__init__("bad_properties", Sentence("No such property: {unknown}.", unknown=unknown))


class StyleNotFound(NotFound):
    """No style of that name."""

    def __init__(self, name: str) -> None:
        super().__init__("unknown_style", Sentence("There is no style {name!r}.", name=name))
