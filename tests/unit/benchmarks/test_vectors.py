"""The command that fits vectors: a file that its digest identifies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.vectors import main
from prints.features.describing import describe
from prints.features.vector_model import read_model
from prints.features.vectors import vector
from tests.unit.prints.features.builders import random_set


@pytest.mark.slow
def test_the_command_writes_a_model_and_prints_its_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "models" / "vectors.npz"
    options = ["--drawn", "2", "--fingers", "40", "--views", "2", "--out", str(path)]

    assert main(options) == 0

    digest = capsys.readouterr().out.split()[-1]
    made = vector(describe(random_set(np.random.default_rng(1))), read_model(path, digest))
    assert np.linalg.norm(made) == pytest.approx(1.0, abs=1e-5)
