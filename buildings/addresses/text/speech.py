"""What people say around an address: how a report or a request begins, what it is about, how it ends. Pure."""

import re
from typing import Final

_HAN: Final = "[\u4e00-\u9fff]"
# How a report begins: 市民来电反映：…, 居民称其住在….
_REPORT: Final = re.compile(
    r"^(?:【[^】]{0,20}】)?[^0-9，。；]{0,16}?"
    r"(?:反映|反应|投诉|举报|来电(?![人者])[称说]?|来信|致电|表示|咨询|求助|报料|上报|报警称|[^地]称(?=其?住?[在于]|我)|[民众主户人]称|^关于)(?:称|说|表示|反映)?"
    r"\s*[，,：:]?\s*(?:其|本人|他|她)?(?:在|位于|住在|家住|居住在|租住在)?"
)
_REPORTING: Final = re.compile("[反投举来求报致表咨称]|^关于")
# How somebody says where they are, or where something is to go: 我住在…, 麻烦送到….
_GREETING: Final = "您好|你好|请问|想问(?:一下)?"
_ADDRESSED: Final = "麻烦|帮[我忙]?|请|亲|师傅|老板|快递|外卖|包裹|东西"
_WHERE_ONE_IS: Final = (
    "(?:我们?|本人|俺|咱们?)(?:现在?|目前)?(?:的?家)?(?:就?住在?|在|人在|是|位于)"
    rf"|家(?:就?住在?|在)(?={_HAN}{{2}})|位于|坐落[于在]|地处|住在"
)
_WHERE_IT_GOES: Final = (
    rf"(?:派?[送寄发放投]|配送|邮寄|快递|导航)(?:到|至|往|去|在|给(?={_HAN}{{2,}}[0-9]))|(?<=[递卖裹西])放在?"
    rf"|[去到](?={_HAN}{{2,}}[0-9].*(?:怎么|多[远久]))"
)
_REQUEST: Final = re.compile(
    rf"^\s*(?:(?:{_GREETING})[，,！!：: 了你您]*|(?:{_ADDRESSED})[，,！!：: 了你您]+)*"
    rf"(?:(?:{_ADDRESSED})*(?:{_WHERE_ONE_IS}|{_WHERE_IT_GOES}))?\s*[:：]?\s*"
)
_REQUESTING: Final = re.compile("[我您你请麻帮亲师快外包东位坐地住送寄发放投派配邮导去到家本想俺咱]")
# How it ends: …在哪里, …怎么走, …谢谢.
_OF_WHICH: Final = "哪个?(?:社区|街道|网格|片区)?"
_QUESTION: Final = re.compile(
    rf"(?:在哪里?儿?|在什么地方|在何处|怎么[走去到]|如何[走去到]|是{_OF_WHICH}|属于?{_OF_WHICH}(?:管)?"
    r"|[，,。！! ]*(?:谢谢|多谢|辛苦了?|拜托了?|急|在线等))+(?:[的吗呢啊了]|您|你)*[?？。！!~ ]*$"
)
_ASKING: Final = re.compile("[哪何走去到谢苦托急等方]")
# Where a courier is to leave something: (放门口), 送到前台.
_AT_THE_DOOR: Final = (
    "家?门[口边外]|门卫|前台|驿站|丰巢|快递柜|柜子|物业|保安室?|岗亭|楼下|鞋[柜架]|消防栓|代收点|菜鸟|超市"
)
_LEAVE: Final = re.compile(
    rf"[(（\[【，,；; ]*(?:请|帮忙?|麻烦)?(?:直接)?[放存交留送](?:在|到|至|给)?(?:{_AT_THE_DOOR})[^0-9（(]*[)）\]】]?$"
)
_LEAVING: Final = re.compile("[放存交留送]")
# A clause behind the address that says nothing of where it is: no number, no word of a place.
_CLAUSE: Final = re.compile(
    r"[，,。；;！!]\s*(?:请|麻烦|希望|要求|谢谢|急|尽快|导致|影响|严重|长期|存在|有人|无人|没有|已经|垃圾"
    r"|楼[上下]|家里|家中|隔壁|邻居|晚上|每天|最近|今天|现在(?![住搬]))[^0-9]*$"
)
# What is complained of, said right behind the number.
_MATTER: Final = re.compile(
    r"(?<=[0-9号栋幢座室房元])(?:有|存在|出现|发生|的)?(?:人|大量|严重|疑似|一楼)?"
    r"(?:乱[扔停放搭建丢]|高空|聚众|占用|违章|私[搭自]|养狗|垃圾|漏水|噪音|噪声|积水|堵塞|占道|违停|违建|乱停|停水|停电|起火|冒烟|打架|吵闹|扰民|异味|油烟|破损|损坏|堆放|堆积|脱落|施工|井盖|路灯)"
    r"[^0-9]*$"
)


def without_speech(text: str) -> str:
    """Return the address in a sentence, without what leads to it and what follows from it."""
    reported = _REPORT.match(text) if _REPORTING.search(text) else None
    said = text[reported.end() :] if reported else text
    requested = _REQUEST.match(said) if _REQUESTING.match(said.lstrip()) else None
    if requested and requested.end() < len(said):
        said = said[requested.end() :]
    if reported or requested:
        said = _CLAUSE.sub("", said)
    return _without_ending(said)


def _without_ending(said: str) -> str:
    ending = said[-12:]
    if _LEAVING.search(ending):
        said = _LEAVE.sub("", said)
    return _QUESTION.sub("", said) if _ASKING.search(ending) else said


def without_matter(text: str) -> str:
    """Return an address without what is complained of right behind it (坪山大道829号漏水严重)."""
    return _MATTER.sub("", text)
