"""A row and what is said beside it, shown by one serializer."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from rest_framework import serializers

from gisserver.common.web.details import DetailSerializer


@dataclass(frozen=True)
class Detail:
    row: Any
    version: str
    counts: dict[str, int]


class RowSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    author = serializers.CharField(source="author.name")
    whole = serializers.SerializerMethodField()

    def get_whole(self, row: Any) -> str:
        return str(row.pk)


class RowDetailSerializer(DetailSerializer, RowSerializer):
    detail = Detail

    version = serializers.CharField()
    buildings = serializers.IntegerField(source="counts.buildings")


def test_members_come_from_the_dataclass_and_the_others_from_its_row() -> None:
    row = SimpleNamespace(pk=7, author=SimpleNamespace(name="lan"))

    shown = RowDetailSerializer(Detail(row, version="7-1", counts={"buildings": 12})).data

    assert shown == {"id": 7, "author": "lan", "whole": "7", "version": "7-1", "buildings": 12}
