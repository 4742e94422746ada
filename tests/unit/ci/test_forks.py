"""Tests run in forked processes, and what is told of them is what happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import costs

ROOT = Path(__file__).parents[3]
MODULES = {
    "test_many.py": """
@pytest.mark.parametrize("number", range(40))
def test_number(number, tmp_path):
    (tmp_path / "file").write_text(str(os.getpid()))
    assert number != 17
""",
    "test_made.py": """
@pytest.fixture(scope="module")
def made():
    yield os.getpid()
    with open("torn_down", "a") as file:
        file.write("once ")

@pytest.mark.parametrize("number", range(20))
def test_made_once(made, number):
    assert made == os.getpid()
""",
    "test_dying.py": """
import time
pytestmark = pytest.mark.shares("death")

@pytest.mark.parametrize("number", range(9))
def test_dies(number):
    if number == 4:
        os._exit(3)
    if number == 6:
        time.sleep(60)
""",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the directory and the output of a run of these modules by three workers."""
    directory = tmp_path_factory.mktemp("run")
    for name, text in MODULES.items():
        (directory / name).write_text(f"import os\nimport pytest\n\n{text}")
    (directory / "pytest.ini").write_text("[pytest]\nmarkers =\n    dear\n    shares\n    e2e\n")
    plugins = ("-p", "tests.forks", "-p", "tests.costs")
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "--forks", "3", "--order", "5"]
    command += ["--basetemp", str(directory / "temporary"), "-o", "faulthandler_timeout=5"]
    command += ["-o", "faulthandler_exit_on_timeout=true"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(  # noqa: S603 - our own code
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    return directory, ended.stdout + ended.stderr


def test_every_test_runs_once_and_a_failure_is_told(done: tuple[Path, str]) -> None:
    assert "3 failed, 66 passed" in done[1]
    assert "assert 17 != 17" in done[1]


def test_where_a_worker_dies_or_hangs_that_test_fails(done: tuple[Path, str]) -> None:
    assert "FAILED test_dying.py::test_dies[4] - its worker ended with 3" in done[1]
    assert "FAILED test_dying.py::test_dies[6] - its worker ended with 1" in done[1]
    assert "line 13 in test_dies" in done[1], "where the test that hangs stands"


def test_what_is_made_once_is_torn_down_once(done: tuple[Path, str]) -> None:
    assert (done[0] / "torn_down").read_text() == "once "


def test_the_seed_of_a_random_order_is_told(done: tuple[Path, str]) -> None:
    assert "random order: --order 5" in done[1]


def test_processor_time_is_told(done: tuple[Path, str]) -> None:
    assert "s  with collection" in done[1]
    assert "largest worker" in done[1]


def test_a_test_over_the_limit_needs_a_reason() -> None:
    spent = {"test_cheap": 3.9, "test_dear": 4.4, "test_excused": 9.0}

    (fault,) = costs.sentences(costs.without_reason(spent, {"test_excused"}))

    assert fault.startswith("test_dear takes 4.4 s of a processor")


def test_make_check_repeats_what_no_mark_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("test_it.py").write_text(
        "import pytest\n\ndef test_dear(): ...\n\n"
        "@pytest.mark.dear('why')\ndef test_explained(): ...\n"
    )
    Path("test_all.py").write_text(
        "import pytest\n\npytestmark = [pytest.mark.dear('why')]\n\ndef test_one(): ...\n"
    )
    costs.FILE.parent.mkdir(parents=True)
    tests = ("test_dear[one]", "test_explained[one]", "test_gone")
    kept = [f"test_it.py::{test}" for test in tests] + ["test_all.py::test_one"]
    costs.FILE.write_text(json.dumps(dict.fromkeys(kept, 4.5)))

    code = costs.main()

    (line,) = capsys.readouterr().out.splitlines()
    assert code == 1
    assert line.startswith("test_it.py::test_dear[one] takes 4.5 s")
