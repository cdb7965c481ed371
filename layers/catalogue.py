"""Uploaded layers as collections: the registry's source that reads the catalogue's rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from layers import registry, tables
from layers.fields import Field, FieldType, GeometryType
from layers.models import UploadedLayer


def collection_of(layer: UploadedLayer) -> registry.Collection:
    """Return the collection that publishes ``layer``: every reader of the deployment sees all of its rows."""
    versions = tables.versions_of(layer)

    def rows(user: Any, at: datetime | None) -> registry.Rows:
        return versions.at(at)

    fields = tuple(
        Field(
            name=field["name"],
            type=FieldType(field["type"]),
            title=field.get("title", ""),
            source=tables.attribute(number),
        )
        for number, field in enumerate(layer.fields)
    )
    kind = GeometryType(layer.geometry_type)
    return registry.Collection(
        id=layer.slug,
        title=layer.title,
        description=f"{layer.source_name} {layer.source_layer}".strip(),
        queryset=rows,
        fields=fields,
        geometry_type=kind,
        srid=layer.srid,
        geometry=tables.GEOMETRY,
        geometry_3857=tables.GEOMETRY_3857,
        fid=tables.FID,
        datetime_field=_datetime_field(fields),
        label=_label(fields),
        revision=f"{layer.pk}",
        owner_id=layer.owner_id,
        uploaded=True,
        versioned=True,
        extent=tuple(layer.extent) if layer.extent else None,
    )


def _datetime_field(fields: tuple[Field, ...]) -> str:
    """Return the only temporal field; with several, none of them is *the* time of the feature."""
    temporal = [field for field in fields if field.type in {FieldType.DATE, FieldType.DATETIME}]
    return str(temporal[0].source) if len(temporal) == 1 else ""


def _label(fields: tuple[Field, ...]) -> str:
    names = [field.name for field in fields if field.type is FieldType.STRING]
    preferred = [name for name in names if name.lower() in {"name", "名称", "title", "label"}]
    return next(iter(preferred + names), "")


def every() -> Iterator[registry.Collection]:
    """Yield the collections of all current uploads, by id."""
    for layer in UploadedLayer.objects.current().order_by("slug"):
        yield collection_of(layer)


def find(collection_id: str) -> registry.Collection | None:
    """Return the collection of the current upload of that id, or None."""
    layer = UploadedLayer.objects.current().filter(slug=collection_id).first()
    return collection_of(layer) if layer else None


def connect() -> None:
    """Let the registry ask here; called once, when Django has loaded the apps."""
    registry.register_source(every=every, find=find)
