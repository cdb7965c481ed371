"""What refusals say to people: Chinese first, English second."""

from grids.editing.refusals import Code

SENTENCES: dict[Code, tuple[str, str]] = {
    Code.AMBIGUOUS: (
        "切下的部分与多个网格相邻,无法确定归属;请改用“划转”指明去向。",
        "The piece cut off borders on several grids; use a transfer to say which one gets it.",
    ),
    Code.BORDER_UNKNOWN: ("此处没有边界。", "There is no border at this place."),
    Code.COLLAPSES: ("网格会缩成一条线或一个点。", "A grid would shrink to a line or a point."),
    Code.CROSSES_BORDER: (
        "边界会与另一条边界相交或紧贴。",
        "The border would cross another border, or lie on it.",
    ),
    Code.CROSSES_FRAME: (
        "画线中途越出社区边界又折回;请分段绘制。",
        "The line leaves the community and comes back; draw it in pieces.",
    ),
    Code.CUTS_BUILDING: ("新边界穿过楼栋。", "The new border cuts a building."),
    Code.EMPTIES_GRID: (
        "该区域覆盖了整个网格;请改用“合并”。",
        "The area covers the whole grid; merge it instead.",
    ),
    Code.HAIRLINE: (
        "新边界在社区边界内侧不足两毫米处延伸到最近的界址点。",
        "The new border runs on, less than two millimetres inside the community's border, to its nearest vertex.",
    ),
    Code.KEY_TAKEN: ("该编码已被使用。", "This code is in use."),
    Code.LINE_CLOSED: (
        "画线的两端落在同一点;新边界须从边界上的一处到另一处。",
        "Both ends of the line meet at one place; a new border runs from one place on a border to another.",
    ),
    Code.LINE_ENDS_INSIDE: (
        "画线终止于网格内部,没有到达边界。",
        "The line ends inside a grid and does not reach its border.",
    ),
    Code.LINE_MISSES_GRID: ("画线或区域没有经过网格。", "The line or area misses the grid."),
    Code.LOCKED: ("网格已锁定。", "The grid is locked."),
    Code.MALFORMED: ("编辑命令不完整或格式有误。", "The command is incomplete or malformed."),
    Code.MORE_THAN_TWO_PARTS: (
        "画线会把网格切成两块以上;请分次划分。",
        "The line would cut the grid into more than two parts; split it one cut at a time.",
    ),
    Code.NODE_HOLDS_BORDERS: ("多条边界在此交汇,不能删除该节点。", "Several borders meet at this node."),
    Code.NODE_ON_FRAME: ("节点在社区边界上,不能改动。", "The node belongs to the community's border, which stays."),
    Code.NODE_UNKNOWN: ("此处没有节点。", "There is no node at this place."),
    Code.NOTHING_CHANGES: ("没有任何变化。", "Nothing would change."),
    Code.NOT_ADJACENT: ("网格互不相邻。", "The grids do not border on each other."),
    Code.NOT_A_NUMBER: ("坐标不是有效数字。", "A coordinate is not a finite number."),
    Code.NOT_REPEATABLE: (
        "该命令记录后再执行,得不到完全相同的边界;请稍稍改动画线后重试。",
        "Taken again from the log, the command would not give exactly the same borders; draw it a little differently.",
    ),
    Code.OTHER_COMMUNITY: (
        "这些网格分属不同社区;社区之间的边界不在划格方案中改动。",
        "The grids belong to different communities; no redraw moves the border between communities.",
    ),
    Code.OUTSIDE_FRAME: (
        "位置在社区之外;请检查坐标系。",
        "The place is outside the community; check the coordinate system.",
    ),
    Code.PIECE_NOT_ADJACENT: (
        "所划地块与目标网格不相接;请画到两个网格的共同边界。",
        "The piece does not border on the grid that is to get it; draw it up to the border between the two.",
    ),
    Code.RUNS_ALONG_BORDER: ("画线与现有边界重合。", "The line runs along a border that is there already."),
    Code.SELF_CROSSING: ("画线或区域自相交。", "The line or area crosses itself."),
    Code.SLIVER: ("会留下过窄的狭长地块。", "A part would be too narrow."),
    Code.TOO_FINE: (
        "细节小于毫米精度,边界取整后会相互接触。",
        "The detail is too fine: rounded to the millimetre, borders would touch.",
    ),
    Code.TOO_MANY_VERTICES: ("顶点过多。", "There are too many vertices."),
    Code.TOUCHES_ITSELF: ("网格会在一点上与自身相接。", "A grid would touch itself at a point."),
    Code.TOUCHES_ONLY: ("只在一点相接。", "They only touch at a point."),
    Code.UNKNOWN_GRID: ("没有这个网格。", "There is no such grid."),
    Code.WOULD_SPLIT_IN_TWO: ("网格会被分成互不相连的部分。", "A grid would fall into separate parts."),
}


def sentence(code: Code) -> str:
    """Return what a code says, in Chinese and English."""
    chinese, english = SENTENCES[code]
    return f"{chinese} {english}"
