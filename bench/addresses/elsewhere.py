"""Addresses that are elsewhere, and names that the register does not have: no house of the town is told for sure."""

from random import Random
from typing import Final

from bench.addresses import signs
from bench.addresses.lossy import KINDS_OF_PLACE
from bench.addresses.pieces import UPPER, Part, Piece, Pieces, changed, has, stem_of, without

# Districts and cities by their short names, and subdistricts and towns around.
_SHORT: Final = (
    "宝安",
    "罗湖",
    "福田",
    "龙华",
    "惠阳",
    "浦东",
    "天河",
    "番禺",
    "惠州",
    "东莞",
    "长沙",
    "杭州",
    "香港",
    "内蒙古",
)
_TOWNS: Final = ("布吉", "横岗", "平湖", "民治", "淡水", "大亚湾", "观澜", "石岩", "沙井", "虎门", "凤岗", "清溪")
_CITIES: Final = (
    "惠州",
    "上海市",
    "惠州市惠阳区",
    "东莞市凤岗镇",
    "广州市",
    "北京市朝阳区",
    "龙岗区布吉街道",
    "深圳市龙华区",
)
# Roads of Shanghai, as its map has them.
_ROADS: Final = (
    "南京东路", "淮海中路", "漕宝路", "虹桥路", "张杨路", "世纪大道", "四川北路", "长宁路", "龙华中路", "宜山路",
    "沪闵路", "共和新路",
    "杨树浦路", "平凉路", "控江路", "五角场街", "莲花南路", "七莘路", "顾戴路", "金沙江路", "曹杨路", "武宁路",
    "真北路", "大渡河路",
    "浦东大道", "杨高中路", "龙东大道", "丁香路", "锦绣路", "芳甸路", "花木路", "龙阳路", "云台路",
    "成山路", "上南路", "耀华路",
)  # fmt: skip
_LANES: Final = ("横巷", "弄", "街", "组")
_MORE_PHASES: Final = ("2期", "三期", "B区", "西区", "南区", "北苑", "东苑", "C组团", "甲区", "一区")
_RELATIONS: Final = (
    "路段", "边上", "对过", "公交站", "转角", "附近约50米", "往西30米处", "后方", "背面", "左侧", "周边",
    "一带", "东边100米",
)  # fmt: skip
_SIDES: Final = ("东侧", "后座", "附楼", "之二", "丁", "戊", "副楼", "裙楼", "西座")


def short_of_elsewhere(pieces: Pieces, chance: Random) -> Pieces | None:
    """宝安坪山大道829号."""
    return (Piece(Part.NOTE, chance.choice(_SHORT)), *without(pieces, *UPPER))


def town_of_elsewhere(pieces: Pieces, chance: Random) -> Pieces | None:
    """布吉坪山大道829号."""
    name = stem_of(pieces, Part.NAME)
    if not name.endswith(("路", "街", "大道")):
        return None
    return (Piece(Part.NOTE, chance.choice(_TOWNS)), *without(pieces, *UPPER))


def elsewhere_behind(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山大道829号，惠州."""
    mark = chance.choice(("，", "（", " "))
    return (*without(pieces, *UPPER), Piece(Part.NOTE, mark + chance.choice(_CITIES) + ("）" if mark == "（" else "")))


def unknown_road(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山区南京东路829号."""
    name = stem_of(pieces, Part.NAME)
    if not has(pieces, Part.DOOR) or not name.endswith(("路", "街", "大道")):
        return None
    return changed(without(pieces, Part.OFFICE, Part.QUARTER), Part.NAME, stem=chance.choice(_ROADS))


def another_sign(pieces: Pieces, chance: Random) -> Pieces | None:
    """One sign of the name exchanged for any other: 坪江大道 for 坪山大道."""
    name = stem_of(pieces, Part.NAME)
    if len(name) < 3:
        return None
    at = chance.randint(0, 1)
    other = signs.any_common(chance)
    unlike = other not in (signs.sounding_alike(name[at], chance), signs.looking_alike(name[at], chance), name[at])
    return changed(pieces, Part.NAME, stem=name[:at] + other + name[at + 1 :]) if unlike else None


def another_kind_of_estate(pieces: Pieces, chance: Random) -> Pieces | None:
    """龙湖家园 for 龙湖花园."""
    name = stem_of(pieces, Part.NAME)
    kind = next((k for k in KINDS_OF_PLACE if name.endswith(k) and len(name) - len(k) >= 2), "")
    others = [k for k in ("花园", "家园", "豪庭", "公馆", "华府", "工业园", "大厦") if k != kind]
    return changed(pieces, Part.NAME, stem=name.removesuffix(kind) + chance.choice(others)) if kind else None


def another_kind_of_lane(pieces: Pieces, chance: Random) -> Pieces | None:
    """三横巷 for 三巷."""
    return changed(pieces, Part.ALLEY, word=chance.choice(_LANES)) if has(pieces, Part.ALLEY) else None


def more_of_the_number(pieces: Pieces, chance: Random) -> Pieces | None:
    """829-17号, 829附17号, 3-17栋."""
    part = Part.DOOR if has(pieces, Part.DOOR) else Part.BLOCK
    stem = stem_of(pieces, part)
    if not stem.isdecimal() or has(pieces, Part.STAIR, Part.FLAT):
        return None
    return changed(
        pieces, part, stem=f"{stem}{chance.choice('-附之' if part is Part.DOOR else '-')}{chance.randint(17, 99)}"
    )


def letter_of_the_number(pieces: Pieces, chance: Random) -> Pieces | None:
    """829D号, 3E栋."""
    part = Part.DOOR if has(pieces, Part.DOOR) else Part.BLOCK
    stem = stem_of(pieces, part)
    return changed(pieces, part, stem=stem + chance.choice("DEFGH")) if stem.isdecimal() else None


def below_the_ground(pieces: Pieces, chance: Random) -> Pieces | None:
    """负101, -1层101, B1101."""
    flat = stem_of(pieces, Part.FLAT)
    if not flat.isdecimal() or len(flat) != 3:
        return None
    return changed(pieces, Part.FLAT, stem=chance.choice((f"负{flat}", f"-1层{flat}", f"-2F{flat}", f"负二楼{flat}室")))


def more_phases(pieces: Pieces, chance: Random) -> Pieces | None:
    """龙湖花园西区3栋."""
    name = stem_of(pieces, Part.NAME)
    return changed(pieces, Part.NAME, stem=name + chance.choice(_MORE_PHASES)) if has(pieces, Part.BLOCK) else None


def more_relations(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山大道829号路段."""
    return (*without(pieces, Part.STAIR, Part.FLAT), Piece(Part.NOTE, chance.choice(_RELATIONS)))


def more_suffixes(pieces: Pieces, chance: Random) -> Pieces | None:
    """829号后座."""
    return None if has(pieces, Part.FLAT) else (*pieces, Piece(Part.NOTE, chance.choice(_SIDES)))


def two_houses(pieces: Pieces, chance: Random) -> Pieces | None:
    """3、5栋, 829号和831号, 3至5栋."""
    part = Part.DOOR if has(pieces, Part.DOOR) else Part.BLOCK
    stem = stem_of(pieces, part)
    word = next((p.word for p in pieces if p.part is part), "")
    if not stem.isdecimal() or has(pieces, Part.FLAT):
        return None
    other = int(stem) + 2
    said = chance.choice((f"{stem}、{other}", f"{stem}{word}和{other}", f"{stem}至{other}", f"{stem}{word}、{other}"))
    return changed(pieces, part, stem=said)
