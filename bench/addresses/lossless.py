"""Ways to write an address otherwise that lose nothing: whoever reads it must come to the same door."""

import re
from random import Random
from typing import Final

from bench.addresses import signs
from bench.addresses.pieces import UPPER, Part, Piece, Pieces, changed, has, stem_of, without

BLOCK_WORDS: Final = ("栋", "幢", "座", "号楼", "#楼")
ROOM_WORDS: Final = ("室", "房", "号房")


def chinese_numbers(pieces: Pieces, chance: Random) -> Pieces | None:
    """12号 → 十二号, 3栋 → 三栋, 501 → 五〇一室."""
    after = []
    for piece in pieces:
        if piece.part in (Part.DOOR, Part.BLOCK, Part.STAIR):
            after.append(Piece(piece.part, signs.counted(piece.stem), piece.word))
        elif piece.part is Part.FLAT and piece.stem.isdecimal():
            after.append(Piece(piece.part, signs.spelled_out(piece.stem, nought=chance.choice("〇零")), "室"))
        else:
            after.append(piece)
    return tuple(after) if tuple(after) != pieces else None


def arabic_alleys(pieces: Pieces, chance: Random) -> Pieces | None:
    """八巷 → 8巷 or 第八巷."""
    stem = stem_of(pieces, Part.ALLEY)
    if not stem:
        return None
    digits = next(str(n) for n in range(1, 100) if signs.counted(str(n)) == stem)
    return changed(pieces, Part.ALLEY, stem=chance.choice((digits, f"第{stem}", f"第{digits}")))


def block_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """3栋 → 3幢, 3座, 3号楼, 3#楼; A栋 → A座."""
    if not has(pieces, Part.BLOCK):
        return None
    stem = stem_of(pieces, Part.BLOCK)
    words = BLOCK_WORDS[:3] if stem.isalpha() else BLOCK_WORDS
    return changed(pieces, Part.BLOCK, word=chance.choice(words))


def room_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """501 → 501室, 501房, 501号房."""
    return changed(pieces, Part.FLAT, word=chance.choice(ROOM_WORDS)) if has(pieces, Part.FLAT) else None


def storeys(pieces: Pieces, chance: Random) -> Pieces | None:
    """Say the storey that the room's number holds: 5楼501, 5F 501, 五层501室."""
    flat = stem_of(pieces, Part.FLAT)
    if not re.fullmatch(r"\d{3,4}", flat) or flat[:-2].startswith("0"):
        return None
    floor = flat[:-2]
    storey = chance.choice((f"{floor}楼", f"{floor}层", f"{floor}F", f"{signs.counted(floor)}楼", f"第{floor}层"))
    return _before_flat(pieces, storey, chance)


def basement(pieces: Pieces, chance: Random) -> Pieces | None:
    """B101 → 负一层B101, B1层B101, 地下一层B101."""
    if not re.fullmatch(r"B1\d\d", stem_of(pieces, Part.FLAT)):
        return None
    return _before_flat(pieces, chance.choice(("负一层", "负1楼", "B1层", "地下一层", "地下1层", "B1F")), chance)


def _before_flat(pieces: Pieces, storey: str, chance: Random) -> Pieces:
    word = chance.choice(ROOM_WORDS)
    return (*without(pieces, Part.FLAT), Piece(Part.STOREY, storey), Piece(Part.FLAT, stem_of(pieces, Part.FLAT), word))


def office_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山街道 → 坪山办事处, 坪山街道办; 六和社区 → 六和社区居委会."""
    after = changed(pieces, Part.OFFICE, word=chance.choice(("办事处", "街道办", "街道办事处")))
    after = changed(after, Part.QUARTER, word=chance.choice(("社区", "社区居委会", "居委会")))
    return after if stem_of(pieces, Part.OFFICE) and stem_of(pieces, Part.QUARTER) else None


def plate_words(pieces: Pieces, chance: Random) -> Pieces | None:
    """12-1号 → 12之1号, 12号之1, 12号附1, 12附1号, 十二之一号."""
    match = re.fullmatch(r"(\d+)-(\d+)", stem_of(pieces, Part.DOOR))
    if not match:
        return None
    one, two = match[1], match[2]
    behind = any(p.part is Part.FLAT for p in pieces)
    forms = [(f"{one}之{two}", "号"), (f"{one}附{two}", "号"), (f"{one}－{two}", "号"), (f"{one}—{two}", "号")]
    if not behind:
        forms += [(f"{one}号之{two}", ""), (f"{one}号附{two}", "号"), (f"{one}号之{signs.counted(two)}", "")]
    stem, word = chance.choice(forms)
    return changed(pieces, Part.DOOR, stem=stem, word=word)


def chains(pieces: Pieces, chance: Random) -> Pieces | None:
    """3栋2单元501 → 3-2-501, as deliveries are addressed."""
    block, stair, flat = (stem_of(pieces, part) for part in (Part.BLOCK, Part.STAIR, Part.FLAT))
    if not (block and stair and flat and block.isdecimal()) or has(pieces, Part.STOREY):
        return None
    dash = chance.choice(("-", "—", "－", " - "))
    return (*without(pieces, Part.BLOCK, Part.STAIR, Part.FLAT), Piece(Part.FLAT, dash.join((block, stair, flat))))


def ordinals(pieces: Pieces, _: Random) -> Pieces | None:
    """3栋 → 第3栋, 2单元 → 第2单元."""
    after = changed(pieces, Part.BLOCK, stem="第" + stem_of(pieces, Part.BLOCK))
    after = changed(after, Part.STAIR, stem="第" + stem_of(pieces, Part.STAIR))
    return after if stem_of(pieces, Part.BLOCK).isdecimal() else None


def no_province(pieces: Pieces, chance: Random) -> Pieces | None:
    """Leave out the province, or the city too, which go without saying here."""
    after = without(pieces, Part.PROVINCE) if chance.random() < 0.5 else without(pieces, Part.PROVINCE, Part.CITY)
    return after if after != pieces else None


def repeated(pieces: Pieces, chance: Random) -> Pieces | None:
    """Say the beginning twice: 广东省深圳市广东省深圳市坪山区…, 坪山区坪山区…."""
    upper = [p for p in pieces if p.part in UPPER]
    if not upper:
        return None
    count = chance.randint(1, len(upper))
    return (*upper[:count], *pieces)


def spaces(text: str, chance: Random) -> str | None:
    """Put spaces between signs, though not between digits or letters."""
    places = [i for i in range(1, len(text)) if not (text[i - 1].isascii() and text[i].isascii())]
    chosen = set(chance.sample(places, min(len(places), chance.randint(1, 4))))
    return "".join((chance.choice((" ", "\u3000", "  ")) if i in chosen else "") + c for i, c in enumerate(text))


def separators(pieces: Pieces, chance: Random) -> Pieces | None:
    """Put a mark behind some of the divisions: 广东省,深圳市、坪山区."""
    mark = chance.choice((",", "，", "、", ";", "|", "·", "/", " ", "-", "_"))
    after = tuple(Piece(p.part, p.stem, p.word + mark) if p.part in UPPER else p for p in pieces)
    return after if after != pieces else None


def brackets(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山街道(六和社区)…."""
    quarter = next((p for p in pieces if p.part is Part.QUARTER), None)
    if quarter is None:
        return None
    left, right = chance.choice(("()", "（）", "【】", "[]", "〔〕"))
    return changed(pieces, Part.QUARTER, stem=left + quarter.stem, word=quarter.word + right)


def heading(pieces: Pieces, chance: Random) -> Pieces | None:
    """地址:…, 518118 …, 中国…."""
    return (Piece(Part.NOTE, chance.choice(("地址：", "住址:", "中国", "518118 ", "详细地址:", "收货地址: "))), *pieces)


def small_letters(text: str, _: Random) -> str | None:
    """A栋 → a栋."""
    return text.lower() if text.lower() != text else None


def wide(text: str, _: Random) -> str | None:
    """12 → １２."""
    return signs.wide(text)


def traditional(text: str, _: Random) -> str | None:
    """龙湖花园 → 龍湖花園."""
    after = signs.traditional(text)
    return after if after != text else None
