"""Refusals of the tile doors."""

from gisserver.common.errors import Invalid, NotFound


class BadTileset(Invalid):
    """The list of layers in the address says something that cannot be served."""

    def __init__(self, detail: str) -> None:
        super().__init__("bad_layers", detail)


class BadParameter(Invalid):
    """A query parameter is unknown or malformed."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__("bad_parameter", detail, parameter=name)


class StyleNotFound(NotFound):
    """No style of that name."""

    def __init__(self, name: str) -> None:
        super().__init__("unknown_style", f"There is no style {name!r}.")
