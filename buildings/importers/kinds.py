"""What files call a building's use, in OpenStreetMap's words, ours and Chinese ones, as one of our kinds."""

from buildings.models import BuildingKind

_WORDS = {
    BuildingKind.RESIDENTIAL: (
        "apartments house detached semidetached_house terrace bungalow dormitory hut cabin farm 住宅 居住 宿舍 民房"
    ),
    BuildingKind.COMMERCIAL: "retail shop office hotel supermarket kiosk mall bank 商业 商铺 办公 酒店 写字楼",
    BuildingKind.INDUSTRIAL: "warehouse factory manufacture hangar barn 工业 厂房 仓库 工厂",
    BuildingKind.PUBLIC: (
        "school university college kindergarten hospital church chapel mosque temple civic government fire_station "
        "train_station public_building library museum stadium grandstand mortuary 公共 学校 医院 政府"
    ),
    BuildingKind.MIXED: "商住 综合",
    BuildingKind.OTHER: "其他",
}
_KINDS = {
    **{word: kind.value for kind, words in _WORDS.items() for word in words.split()},
    **{str(kind.value): str(kind.value) for kind in BuildingKind},
}


def building_kind(word: str) -> str:
    """Return the kind that ``word`` means; ``other`` for a word that means none."""
    return str(_KINDS.get(word.strip().lower(), BuildingKind.OTHER.value))
