"""How personal data looks to who may not read it; pure."""


def mask_name(name: str) -> str:
    """Keep the family name: 张三丰 → 张**."""
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """Keep the first three and the last two characters: 13800001234 → 138******34; short ones vanish."""
    if len(phone) < 8:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 5) + phone[-2:]
