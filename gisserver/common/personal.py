"""Personal data (law 7): a model declares which of its fields are personal, and how each looks when it is masked.

Whoever shows, exports or tells a row asks here; nobody else lists personal fields.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps

Mask = Callable[[Any], Any]


def personal_fields(model: Any) -> Mapping[str, Mask]:
    """Return the masks that a model (or a row of it) declares in ``PERSONAL``, by field."""
    declared: Mapping[str, Mask] = getattr(model, "PERSONAL", {})
    return declared


def shown(row: Any, field: str, *, personal: bool) -> Any:
    """Return the value of a row's field, or what may be shown of it unless the reader may read ``personal`` data."""
    value = getattr(row, field)
    mask = personal_fields(row).get(field)
    return value if personal or mask is None else mask(value)


def masked(model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of a row of ``model`` with everything personal masked."""
    masks = personal_fields(model)
    return {name: masks[name](value) if name in masks and value else value for name, value in values.items()}


def personal_models() -> Iterator[Any]:
    """Yield the models that declare personal fields."""
    return (model for model in apps.get_models() if personal_fields(model))
