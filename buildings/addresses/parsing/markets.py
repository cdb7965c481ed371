"""Markets and malls: places where numbers count stalls, and where streets and gates are inside the house. Pure."""

import re
from typing import Final

from buildings.addresses.parsing.elements import Element, Kind

# What a place is called where a 号 of three digits is a stall and no house.
_MARKETS: Final = (
    "市场", "商城", "贸城", "配城", "大厦", "广场", "商厦", "百货", "衫城", "装城", "饰城", "码城", "鞋城", "具城",
    "料城", "纺城", "机城", "金城", "珠宝城", "商铺", "交易中心", "购物中心", "批发中心", "商场",
)  # fmt: skip
_TOWERS: Final = ("大厦", "广场", "商厦")
# Parts of a market, behind its name: 商贸城3区, 东厅, 6排.
_PART: Final = re.compile(r"(?:[0-9]{1,2}|[a-z]|[东西南北中])(?:区|期|厅|馆|排)$")
_STREET: Final = re.compile("[0-9]{1,3}街")


def is_market(element: Element) -> bool:
    """Whether an element names a market, a mall or an office tower, or a part of one."""
    return element.kind is Kind.ESTATE and _PART.sub("", element.text).endswith(_MARKETS)


def is_tower(element: Element) -> bool:
    """Whether an element names an estate or an office tower, with rooms, and no market with stalls."""
    return element.kind is Kind.ESTATE and (element.text.endswith(_TOWERS) or not is_market(element))


def is_street_inside(element: Element, before: list[Element]) -> bool:
    """Whether a 6街 is one inside a market: behind a storey of it or its name, a gate of it perhaps between."""
    if not _STREET.fullmatch(element.text):
        return False
    return any(e.kind is Kind.FLOOR or is_market(e) or _PART.search(e.text) for e in before[-1:])
