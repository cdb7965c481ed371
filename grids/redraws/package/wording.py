"""What the paper says in its own words: Chinese first, English second."""

from enum import StrEnum

from grids.redraws.package.dossier import CHANGES
from grids.redraws.package.maps import legend
from grids.redraws.package.register import COUNTS, TITLES


class Text(StrEnum):
    """The words of the paper."""

    PACKAGE = "网格调整审批材料 Grid redraw: approval package"
    REDRAW = "划格方案 Redraw"
    VERSION = "版本 version"
    PRINTED = "打印时间 printed"
    PAGE = "页 page"
    STATUS = "状态 Status"
    REASON = "调整理由 Reason"
    COMMUNITIES = "涉及社区 Communities"
    AUTHOR = "编制人 Author"
    REVIEWERS = "审核人 Reviewers"
    CREATED = "创建时间 Created"
    EFFECTIVE = "生效时间 Takes effect"
    GRIDS = "网格变更 Grids"
    NEW_CODES = "新增编码 New codes"
    RETIRED_CODES = "停用编码 Retired codes"
    MOVED = "随迁合计 Moves in all"
    EVENTS = "办理过程 Log"
    WHEN = "时间 When"
    STEP = "步骤 Step"
    WHO = "人员 Who"
    COMMENT = "意见 Comment"
    SIGNATURES = "签署 Sign-off"
    DATE = "日期 Date:"
    REGISTER = "变更登记表 Register of changes"
    SUM = "合计 Sum"
    MAPS = "调整前后对照图 Before and after"
    BEFORE = "调整前 Before"
    AFTER = "调整后 After"
    PREFIX = "短码前缀 Short labels follow"


SIGNATURES = ["网格主管 Grid supervisor", "社区负责人 Community", "街道审核 Subdistrict", "区网格中心 District centre"]
OTHERS = "原新北草案、"
TEXTS = [*Text, *SIGNATURES, OTHERS, *CHANGES.values(), *COUNTS.values(), *TITLES, *(text for text, _ in legend())]
