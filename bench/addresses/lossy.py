"""Ways in which addresses go wrong or leave things out; where the town allows it, they still lead to one door."""

from collections.abc import Callable
from random import Random
from typing import Final

from bench.addresses import signs
from bench.addresses.pieces import UPPER, Part, Piece, Pieces, changed, has, stem_of, without

# The word for what a place is, which people leave out.
KINDS_OF_PLACE: Final = (
    *("工业园", "科技园", "产业园", "工业区", "创新园", "花园", "雅苑", "家园", "豪庭", "名苑"),
    *("新城", "华府", "嘉园", "公馆", "大厦", "苑"),
)
_LANDMARKS: Final = (
    "中心小学旁",
    "人民医院对面",
    "地铁站B出口附近",
    "沃尔玛超市后面",
    "农贸市场斜对面",
    "体育公园北门旁",
)
_NOTES: Final = (
    *(" 电话13800138000", "(放门口)", "，收件人王先生", "（近地铁站）", " 联系电话：0755-12345678"),
    *(" 请送货上门", "(出租屋)", "门口", "楼下"),
)


def fewer_divisions(pieces: Pieces, chance: Random) -> Pieces | None:
    """Leave out some of the divisions, or all."""
    upper = [p.part for p in pieces if p.part in UPPER]
    if not upper:
        return None
    return without(pieces, *chance.sample(upper, chance.randint(1, len(upper))))


def no_divisions(pieces: Pieces, _: Random) -> Pieces | None:
    """Leave out all divisions: 文英家园11栋."""
    after = without(pieces, *UPPER)
    return after if after != pieces else None


def no_words(pieces: Pieces, _: Random) -> Pieces | None:
    """Leave out the words of the divisions: 深圳坪山六和…."""
    kept = without(pieces, Part.PROVINCE, Part.OFFICE)
    after = tuple(Piece(p.part, p.stem) if p.part in UPPER else p for p in kept)
    return after if after != pieces else None


def _former_district(pieces: Pieces, chance: Random) -> Pieces | None:
    district = next((p for p in pieces if p.part is Part.DISTRICT), None)
    if district is None or district.stem != "坪山":
        return None
    office = stem_of(pieces, Part.OFFICE)
    if office in ("坪山", "坑梓") and chance.random() < 0.5:
        after = changed(pieces, Part.DISTRICT, stem="龙岗", word="区")
        return changed(after, Part.OFFICE, word=chance.choice(("街道", "办事处", "镇", "街道办事处")))
    after = changed(pieces, Part.DISTRICT, word="新区")
    return changed(after, Part.OFFICE, word="办事处")


def former_names(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山区坪山街道 → 坪山新区坪山办事处, 龙岗区坪山镇."""
    return _former_district(pieces, chance)


def reordered(pieces: Pieces, chance: Random) -> Pieces | None:
    """Say the house first: 文英家园11栋，坪山区六和社区; or the community before the subdistrict."""
    upper = tuple(p for p in pieces if p.part in UPPER)
    body = without(pieces, *UPPER)
    if len(upper) < 2:
        return None
    if chance.random() < 0.5 and has(pieces, Part.OFFICE, Part.QUARTER):
        return (*upper[:-2], upper[-1], upper[-2], *body)
    return (*body, Piece(Part.NOTE, chance.choice(("，", " ", ",", "（"))), *upper)


def notes(pieces: Pieces, chance: Random) -> Pieces | None:
    """Add what is no address: 电话…, 放门口, 楼下."""
    return (*pieces, Piece(Part.NOTE, chance.choice(_NOTES)))


def landmarks(pieces: Pieces, chance: Random) -> Pieces | None:
    """Say what is near, before the name: 中心小学旁文英家园11栋."""
    at = next((i for i, p in enumerate(pieces) if p.part is Part.NAME), None)
    if at is None:
        return None
    return (*pieces[:at], Piece(Part.NOTE, chance.choice(_LANDMARKS)), *pieces[at:])


Slip = Callable[[str, int, Random], str]


def _slipped(pieces: Pieces, chance: Random, slip: Slip) -> Pieces | None:
    """Return the pieces with one slip in the name, at a place where there can be one."""
    name = stem_of(pieces, Part.NAME)
    places = list(range(len(name)))
    chance.shuffle(places)
    for place in places:
        after = slip(name, place, chance)
        if after and after != name:
            return changed(pieces, Part.NAME, stem=after)
    return None


def homophones(pieces: Pieces, chance: Random) -> Pieces | None:
    """新乔围路 → 新桥围路."""
    return _slipped(pieces, chance, lambda s, i, c: _put(s, i, signs.sounding_alike(s[i], c)))


def lookalikes(pieces: Pieces, chance: Random) -> Pieces | None:
    """龙湖花园 → 龙湖花圆."""
    return _slipped(pieces, chance, lambda s, i, c: _put(s, i, signs.looking_alike(s[i], c)))


def _put(name: str, place: int, sign: str) -> str:
    return name[:place] + sign + name[place + 1 :] if sign else ""


def swapped(pieces: Pieces, chance: Random) -> Pieces | None:
    """文英家园 → 英文家园."""
    return _slipped(pieces, chance, lambda s, i, _: s[:i] + s[i + 1] + s[i] + s[i + 2 :] if i + 1 < len(s) else "")


def missing_sign(pieces: Pieces, chance: Random) -> Pieces | None:
    """文英家园 → 文家园."""
    return _slipped(pieces, chance, lambda s, i, _: s[:i] + s[i + 1 :] if len(s) > 2 else "")


def doubled_sign(pieces: Pieces, chance: Random) -> Pieces | None:
    """文英家园 → 文英英家园."""
    return _slipped(pieces, chance, lambda s, i, _: s[:i] + s[i] + s[i:])


def short_name(pieces: Pieces, _: Random) -> Pieces | None:
    """文英家园11栋 → 文英11栋."""
    name = stem_of(pieces, Part.NAME)
    kind = next((k for k in KINDS_OF_PLACE if name.endswith(k) and len(name) - len(k) >= 2), "")
    return changed(pieces, Part.NAME, stem=name.removesuffix(kind)) if kind else None


def longer_name(pieces: Pieces, chance: Random) -> Pieces | None:
    """文英家园11栋 → 文英家园小区11栋, 坪山文英家园11栋."""
    name = stem_of(pieces, Part.NAME)
    if not name.endswith(KINDS_OF_PLACE):
        return None
    before = stem_of(pieces, Part.OFFICE) or "坪山"
    return changed(pieces, Part.NAME, stem=chance.choice((name + "小区", name + "住宅小区", before + name)))


def truncated(pieces: Pieces, chance: Random) -> Pieces | None:
    """Cut the room off: 11栋1单元202 → 11栋1单元, or 11栋; the building is what can be found."""
    if not has(pieces, Part.FLAT):
        return None
    return without(pieces, Part.FLAT) if chance.random() < 0.5 else without(pieces, Part.FLAT, Part.STAIR)


def latin_name(pieces: Pieces, chance: Random) -> Pieces | None:
    """文英家园11栋 → wenyingjiayuan11栋, WenYing家园11栋."""
    name = stem_of(pieces, Part.NAME)
    whole = chance.random() < 0.4
    head, tail = (name, "") if whole else (name[:2], name[2:])
    latin = signs.spelt(head)
    return changed(pieces, Part.NAME, stem=chance.choice((latin, latin.capitalize(), latin.upper())) + tail)


def latin_divisions(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山区 → Pingshan区 or Pingshan District."""
    part = chance.choice((Part.DISTRICT, Part.OFFICE, Part.QUARTER))
    stem = stem_of(pieces, part)
    return changed(pieces, part, stem=signs.spelt(stem).capitalize()) if stem else None


def fewer_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """11栋1单元202 → 11栋1-202, 11栋1 202, 11-1单元202; 11栋202 → 11-202, 11 202 (11202 could be another room)."""
    if has(pieces, Part.BLOCK, Part.STAIR, Part.FLAT):
        return chance.choice(
            (
                changed(pieces, Part.STAIR, word="-"),
                changed(changed(pieces, Part.BLOCK, word="-"), Part.STAIR, word="单元"),
                changed(changed(pieces, Part.BLOCK, word="栋"), Part.STAIR, word=" "),
            )
        )
    if has(pieces, Part.FLAT) and (has(pieces, Part.DOOR) or has(pieces, Part.BLOCK)):
        word = chance.choice(("-", " "))
        return changed(changed(pieces, Part.DOOR, word=word), Part.BLOCK, word=word)
    if has(pieces, Part.DOOR) or has(pieces, Part.BLOCK):
        return changed(changed(pieces, Part.DOOR, word=""), Part.BLOCK, word="")
    return None


def no_stair(pieces: Pieces, _: Random) -> Pieces | None:
    """11栋1单元202 → 11栋202."""
    return without(pieces, Part.STAIR) if has(pieces, Part.STAIR, Part.FLAT) else None


def entrance_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """1单元 → 1门, 1梯, 一单元, 1号单元."""
    stem = stem_of(pieces, Part.STAIR)
    if not stem or not has(pieces, Part.FLAT):
        return None
    return changed(
        pieces,
        Part.STAIR,
        stem=chance.choice((stem, signs.counted(stem))),
        word=chance.choice(("梯", "号单元", "单元-")),
    )
