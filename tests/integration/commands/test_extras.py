"""Extras of the distribution: each named, and a sentence where one is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from service.cli.refusals import EXTRAS, missing_extra

ROOT = Path(__file__).parents[3]
OF_DEVELOPERS = {"dev"}


def test_the_extras_are_those_of_the_distribution() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert {one.name for one in EXTRAS} == (
        declared["optional-dependencies"].keys() - OF_DEVELOPERS
    )
    assert [one.missing for one in EXTRAS] == [()] * len(EXTRAS)


@pytest.mark.parametrize(
    ("module", "arguments", "environment", "extra"),
    [
        ("faker", ["demo", "--no-serve"], {}, "demo"),
        ("faker", ["sandbox", "--port", "0"], {}, "demo"),
        ("matplotlib", ["demo", "--no-serve", "--old-records"], {}, "plots"),
        (
            *("psycopg", ["db", "upgrade"]),
            *({"IDENTLINK_DATABASE_URL": "postgresql://a@localhost/b"}, "postgresql"),
        ),
    ],
)
@pytest.mark.dear("starts processes that import everything")
def test_a_missing_extra_is_one_sentence_that_names_it(
    tmp_path: Path, module: str, arguments: list[str], environment: dict[str, str], extra: str
) -> None:
    code = (
        f"import sys; sys.modules[{module!r}] = None; sys.argv[1:] = {arguments!r};"
        " from service.main import run; run()"
    )

    ended = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        check=False,
        cwd=tmp_path,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ended.returncode == 1
    assert f"identlink[{extra}]" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_a_picture_names_the_extra_of_pictures_and_other_modules_stay_faults() -> None:
    assert "identlink[plots]" in (missing_extra(_missing("matplotlib.figure")) or "")
    assert missing_extra(_missing("no_such_module")) is None


def _missing(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError("missing", name=name)
