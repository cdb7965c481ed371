"""List the roles in docs/accounts.md, as gisserver/common/access/roles.py has them, with their names in both languages.

`make docs` runs it; tests/docs/test_roles.py fails when the page has another list.
"""

import gettext
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "accounts.md"
BLOCK = re.compile(r"(?<=<!-- roles -->\n).*?(?=<!-- end of roles -->)", re.DOTALL)


def table() -> str:
    """Return the table of roles: code, names, permissions."""
    from gisserver.common.access.roles import Permission, Role

    chinese = gettext.translation("django", ROOT / "gisserver" / "locale", ["zh_Hans"])
    rows = ["| role | called | permissions |", "|---|---|---|"]
    for role in Role:
        permitted = ", ".join(f"`{each}`" for each in Permission if each in role.permissions)
        called = f"{role.called}, {chinese.gettext(role.called.template)}"
        rows.append(f"| `{role}` | {called} | {permitted if len(role.permissions) < len(Permission) else 'all'} |")
    return "\n".join([*rows, ""])


def page() -> str:
    """Return the page with today's table."""
    return BLOCK.sub(lambda _: table(), PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
