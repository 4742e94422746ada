"""The systemd units are well-formed, as systemd itself says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[3] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    # The command is not installed where tests run, and an instance needs a name.
    copy = tmp_path / unit.name.replace("@.", "@one.")
    copy.write_text(re.sub("/opt/identlink/bin/(identlink|ray)", "/bin/true", unit.read_text()))

    said = subprocess.run(  # noqa: S603 - a fixed command on our own file
        ["systemd-analyze", "verify", "--man=no", str(copy)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stderr.strip()) == (0, "")


def test_every_unit_closes_what_it_writes_to_others() -> None:
    assert len(UNITS) == 6
    for unit in UNITS:
        assert "UMask=0077" in unit.read_text()
        assert "NoNewPrivileges=yes" in unit.read_text()


def test_hosts_of_parts_are_closed() -> None:
    gallery = [unit.read_text() for unit in UNITS if "gallery" in unit.name]
    assert len(gallery) == 2
    for text in gallery:
        for said in ("RAY_AUTH_MODE=token", "RAY_USE_TLS=1", "--disable-usage-stats"):
            assert said in text
        assert "LoadCredential=gallery.token:" in text
        assert ("--head" in text) == ("--include-dashboard=false" in text)
