"""The register of changes (变更登记表): one line a grid, before and after."""

from grids.redraws.package.dossier import Dossier, Row

COUNTS = {
    "buildings": "楼栋 Buildings",
    "units": "房屋 Units",
    "households": "户 Households",
    "residents": "人口 Residents",
    "incidents_open": "未结事件 Open incidents",
}
TITLES = (
    "社区 Community", "网格编码 Grid code", "变更 Change", "原名称 Name before", "新名称 Name after",
    "原类型 Kind before", "新类型 Kind after", "原面积 Area before (m²)", "新面积 Area after (m²)",
)  # fmt: skip


def counted(dossier: Dossier) -> list[str]:
    """Return what is counted, in the order of the register."""
    return [name for name in COUNTS if name in dossier.names] + [name for name in dossier.names if name not in COUNTS]


SIDES = (("原", "before"), ("新", "after"))


def titles(dossier: Dossier) -> list[tuple[str, str]]:
    """Return the titles of the columns in Chinese and in English."""
    names = [COUNTS.get(name, f"{name} {name}") for name in counted(dossier)]
    pairs = [(word.split(" ", 1)[0], word.split(" ", 1)[1]) for word in names]
    counts = [(f"{old}{zh}", f"{en} {new}") for zh, en in pairs for old, new in SIDES]
    return [(word.split(" ", 1)[0], word.split(" ", 1)[1]) for word in TITLES] + counts


def cells(row: Row, names: list[str]) -> list[str | int | float]:
    """Return a line of the register."""
    areas = [round(side["area_m2"], 3) for side in (row.before, row.after)]
    counts = [side.get(name, 0) for name in names for side in (row.before, row.after)]
    return [row.community, row.code, row.change, *row.names, *row.kinds, *areas, *counts]
