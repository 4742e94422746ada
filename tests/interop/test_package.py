"""Wheel and source distribution, built and installed where nothing of this directory is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.interop.counterparts import counterpart

ROOT = Path(__file__).parents[2]
FOLDERS = {"benchmarks", "data", "domain", "indexing", "matching", "prints", "rules", "service"}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command without anything of this environment; return what it printed."""
    ours = ("IDENTLINK_", "PYTHONPATH", "VIRTUAL_ENV")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(  # noqa: S603 - our own commands
        list(map(str, command)), cwd=cwd, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(source: Path, target: Path, kind: str) -> Path:
    """Build a distribution of a directory of sources; return its file."""
    run(counterpart("bin/hatchling"), "build", "-t", kind, "-d", target, cwd=source)
    (made,) = target.iterdir()
    return made


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/RECORD")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    source = built(ROOT, tmp_path / "sdist", "sdist")
    sources = tmp_path / "sources"
    sources.mkdir()
    run("tar", "-xf", source, cwd=sources)
    (unpacked,) = sources.iterdir()

    again = built(unpacked, tmp_path / "wheel", "wheel")

    assert again.name == wheel.name
    assert names(again) == names(wheel)
    top = {name.partition("/")[0] for name in names(wheel)}
    assert {one for one in top if not one.endswith(".dist-info")} == FOLDERS
    tracked = {"README.md", "LICENSE", "docs", "tests"}
    assert tracked <= {path.name for path in unpacked.iterdir()}


def test_a_release_is_built_twice_alike_and_its_signature_verifies(tmp_path: Path) -> None:
    place, key = tmp_path / "clone", tmp_path / "key"
    run("git", "clone", "--quiet", ROOT, place, cwd=tmp_path)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=tmp_path)
    sbom = tmp_path / "sbom.json"
    sbom.write_text("{}")

    run(place / ".ci/release", counterpart("bin/hatchling"), sbom, key, cwd=place)

    made = place / "var/release"
    assert {path.suffix for path in made.iterdir()} == {".whl", ".gz", ".json", ".md", ".txt"} | {
        "",
        ".sig",
    }
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=made)
    assert (made / "notes.md").read_text().startswith("## ")
    signers = tmp_path / "signers"
    signers.write_text(f"office {key.with_suffix('.pub').read_text()}")
    with (made / "SHA256SUMS").open("rb") as sums:
        verify = ("ssh-keygen", "-Y", "verify", "-n", "identlink", "-I", "office", "-q")
        given = (*verify, "-f", signers, "-s", made / "SHA256SUMS.sig")
        assert subprocess.run(list(map(str, given)), stdin=sums, check=False).returncode == 0  # noqa: S603
    # Whoever builds later, elsewhere and with other habits gets the same bytes.
    wheel = next(made.glob("*.whl"))
    before = wheel.read_bytes()
    run(
        "sh",
        "-c",
        f"umask 077; sleep 1; .ci/release {counterpart('bin/hatchling')} {sbom}",
        cwd=place,
    )
    assert wheel.read_bytes() == before


def test_what_lies_beside_the_code_is_in_the_wheel(wheel: Path) -> None:
    kept = run("git", "ls-files", "--", *sorted(FOLDERS), cwd=ROOT).split()

    assert "service/storage/migrations/baseline/postgresql.sql" in kept
    assert set(kept) <= names(wheel)


def test_the_wheel_works_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    run(sys.executable, "-m", "venv", place, cwd=elsewhere)
    python, identlink = place / "bin/python", place / "bin/identlink"
    install = (python, "-m", "pip", "install", "--quiet")
    run(*install, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=elsewhere)
    run(*install, "--no-deps", wheel, cwd=elsewhere)

    version = run(identlink, "--version", cwd=elsewhere)
    shown = run(identlink, "demo", "--persons", "50", "--no-serve", cwd=elsewhere)
    verified = run(identlink, "log", "verify", cwd=elsewhere)
    run(python, "-m", "pip", "check", cwd=elsewhere)

    assert wheel.name.split("-")[1] in version
    assert shown.count(" linked ") == 4
    assert "The log verifies." in verified
