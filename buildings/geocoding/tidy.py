"""What people write around an address and mean no part of it by: headings, telephone numbers, remarks (pure)."""

import re
from typing import Final

# A remark in brackets says how to get there or whom to call; 龙湖花园(二期) is no remark.
_REMARK: Final = re.compile(
    r"[(（\[【]"
    r"(?:[^)）\]】]*(?:附近|对面|旁边|隔壁|地铁|公交|电话|手机|联系|备注|送到|放在|快递|1[3-9][0-9]{9})[^)）\]】]*"
    r"|(?:近|靠|临|原|旁|请|备注)[^)）\]】]*)"
    r"[)）\]】]"
)
_HEADING: Final = re.compile(
    r"^[\s\"'“”]*(?:(?:收货|收件|联系|家庭|居住|现住|户籍|详细|通讯|通信|办公|注册|经营|单位|公司|我的)?(?:地址|住址|地点|住所)"
    r"(?:[:：]|为|是|\s)\s*|中国(?=[\u4e00-\u9fff]{2,3}[省市])|(?:邮编|邮政编码)?[:：]?\s*[0-9]{6}[\s,，]*(?=[\u4e00-\u9fff]))"
)
_PHONE: Final = re.compile(
    r"[\s,，;；、]*(?:(?:联系)?(?:电话|手机|热线)|tel\.?)?[:：]?\s*(?<![0-9-])"
    r"(?:(?:\+?86[- ]?)?1[3-9][0-9]{9}|0[0-9]{2,3}[- ]?[0-9]{7,8})(?![0-9])",
    re.IGNORECASE,
)


def tidied(text: str) -> str:
    """Return an address as written without headings, telephone numbers and remarks in brackets."""
    for _ in range(3):
        shorter = _HEADING.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return _PHONE.sub(" ", _REMARK.sub(" ", text)).strip()
