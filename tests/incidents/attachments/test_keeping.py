"""Where the bytes of attachments stay."""

from pathlib import Path
from typing import Any

import pytest

from incidents.attachments import services

DIGEST = "ab" + "0" * 62


def read_into(folder: Path) -> Path:
    folder.mkdir()
    (folder / "original").write_bytes(b"%PDF-")
    return folder


def test_two_requests_of_one_process_keep_the_same_bytes_at_once(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GISSERVER_HOME = tmp_path
    twins = [read_into(tmp_path / name) for name in ("first", "second")]
    replace = Path.replace

    def the_other_is_faster(self: Path, target: Path) -> Path:
        if len(twins) == 2:
            services._keep(twins.pop(), DIGEST)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", the_other_is_faster)
    services._keep(twins[0], DIGEST)
    assert [path.name for path in (tmp_path / "attachments" / "ab").iterdir()] == [f"{DIGEST}.original"]
