"""Addresses as they are sent: copied out of documents and sheets, typed by couriers, told to a hotline."""

from random import Random
from typing import Final

from bench.addresses import signs
from bench.addresses.pieces import UPPER, Part, Piece, Pieces, changed, has, stem_of, without

_UNSEEN: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e"
_RADICALS: Final = {
    "山": "⼭",
    "大": "⼤",
    "石": "⽯",
    "田": "⽥",
    "金": "⾦",
    "龙": "⻰",
    "马": "⻢",
    "水": "⽔",
    "竹": "⽵",
}
_SLIPS: Final = {"栋": "动洞冻懂董", "座": "坐", "幢": "撞", "号": "好"}
_SENDERS: Final = (
    ("收件人：王小明 电话 189 0000 0000 ", ""), ("", " 李建国 139-0000-0000"), ("", "，陈女士，+86 13800000000"),
    ("收货人: 张三 手机号码: 13900000000 详细地址: ", ""), ("", " 0755-28880000 刘先生收"),
)  # fmt: skip
_REPORTS: Final = (
    ("市民来电反映：", "垃圾堆积，请处理"), ("市民反映", "漏水，请尽快处理"), ("群众投诉", "有噪音，严重影响休息"),
    ("你好，我住在", "，家里停电了"), ("麻烦送到", "，谢谢"), ("请问", "在哪里"), ("居民来电称其住在", "，要求处理"),
)  # fmt: skip
_SHOPS: Final = ("华润万家", "某某科技有限公司", "美宜佳便利店", "沙县小吃店", "顺丰快递网点", "幸福大药房")


def unseen_signs(text: str, chance: Random) -> str | None:
    """Put signs without a width between any two, as copying does."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(1, len(text) - 1)
        text = text[:at] + chance.choice(_UNSEEN) + text[at:]
    return text


def torn_plate(pieces: Pieces, chance: Random) -> Pieces | None:
    """82 9号."""
    part = Part.DOOR if has(pieces, Part.DOOR) else Part.BLOCK
    stem = stem_of(pieces, part)
    if not stem.isdecimal() or len(stem) < 2:
        return None
    at = chance.randint(1, len(stem) - 1)
    return changed(pieces, part, stem=stem[:at] + chance.choice(" \n") + stem[at:])


def radicals(text: str, _: Random) -> str | None:
    """⼭ for 山: the radical's own sign, as it comes out of some documents."""
    after = "".join(_RADICALS.get(sign, sign) for sign in text)
    return after if after != text else None


def hashes(pieces: Pieces, chance: Random) -> Pieces | None:
    """3#501, 3#2单元501, 3#2#501."""
    if not has(pieces, Part.BLOCK) or not stem_of(pieces, Part.BLOCK).isdecimal():
        return None
    after = changed(pieces, Part.BLOCK, word="#")
    return changed(after, Part.STAIR, word="#") if chance.random() < 0.3 else after


def dots(pieces: Pieces, _: Random) -> Pieces | None:
    """3.2.501."""
    block, stair, flat = (stem_of(pieces, part) for part in (Part.BLOCK, Part.STAIR, Part.FLAT))
    if not all(n.isdecimal() for n in (block, stair, flat)):
        return None
    return (*without(pieces, Part.BLOCK, Part.STAIR, Part.FLAT), Piece(Part.FLAT, f"{block}.{stair}.{flat}"))


def floats(pieces: Pieces, _: Random) -> Pieces | None:
    """79.0栋2.0单元101.0: columns of a sheet put together."""
    numbers = (Part.DOOR, Part.BLOCK, Part.STAIR, Part.FLAT)
    after = tuple(
        Piece(p.part, p.stem + ".0", p.word) if p.part in numbers and p.stem.isdecimal() else p for p in pieces
    )
    return after if after != pieces else None


def padded(pieces: Pieces, _: Random) -> Pieces | None:
    """0501."""
    flat = stem_of(pieces, Part.FLAT)
    return changed(pieces, Part.FLAT, stem=f"0{flat}") if flat.isdecimal() and len(flat) == 3 else None


def floor_and_door(pieces: Pieces, chance: Random) -> Pieces | None:
    """5楼01室, 5-01."""
    flat = stem_of(pieces, Part.FLAT)
    if not flat.isdecimal() or len(flat) < 3 or flat[-2] == "1":
        return None
    floor, door = flat[:-2], flat[-2:]
    said = chance.choice((f"{floor}楼{door}室", f"{floor}层{door}", f"{signs.counted(floor)}楼{door}房"))
    return changed(pieces, Part.FLAT, stem=said, word="")


def said_aloud(pieces: Pieces, _: Random) -> Pieces | None:
    """四零幺."""
    flat = stem_of(pieces, Part.FLAT)
    if not flat.isdecimal() or "1" not in flat:
        return None
    return changed(pieces, Part.FLAT, stem=signs.spelled_out(flat, nought="零").replace("一", "幺"), word="")


def letters_for_digits(pieces: Pieces, _: Random) -> Pieces | None:
    """3O2."""
    flat = stem_of(pieces, Part.FLAT)
    return changed(pieces, Part.FLAT, stem=flat.replace("0", "O")) if len(flat) == 3 and flat[1] == "0" else None


def slipped_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """3洞, 829好."""
    part = Part.BLOCK if has(pieces, Part.BLOCK) else Part.DOOR
    word = next((p.word for p in pieces if p.part is part), "")
    return changed(pieces, part, word=chance.choice(_SLIPS[word])) if word in _SLIPS else None


def with_people(text: str, chance: Random) -> str | None:
    """收件人：…, and telephones with blanks and dashes."""
    before, behind = chance.choice(_SENDERS)
    return before + text + behind


def reported(text: str, chance: Random) -> str | None:
    """市民来电反映：…漏水，请处理."""
    before, behind = chance.choice(_REPORTS)
    return before + text + behind


def narrowest_first(pieces: Pieces, chance: Random) -> Pieces | None:
    """101室，坪山大道829号，六联社区，坪山区."""
    upper = [p for p in pieces if p.part in UPPER]
    inside = [p for p in pieces if p.part is Part.FLAT]
    body = [p for p in pieces if p.part not in (*UPPER, Part.FLAT)]
    if not upper or not inside or has(pieces, Part.STAIR):
        return None
    mark = chance.choice(("，", ", "))
    flat = Piece(Part.FLAT, inside[0].stem, "室" + mark)
    return (flat, *body[:-1], Piece(body[-1].part, body[-1].stem, body[-1].word + mark), *reversed(upper))


def shop_behind(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山大道829号华润万家."""
    return None if has(pieces, Part.FLAT) else (*pieces, Piece(Part.NOTE, chance.choice(_SHOPS)))
