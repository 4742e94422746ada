"""A result states how to repeat the measurement, and contains no paths of the machine."""

from __future__ import annotations

from benchmarks.machine import described_run


def test_the_command_is_told_without_the_directories_that_things_are_kept_in() -> None:
    command = (
        "python -m benchmarks service",
        "--stores",
        "DIR",
        "--persons",
        "10",
        "--cache",
        "C",
    )

    head = described_run(command, seed=1, dataset_digest="")

    assert head["command"] == "python -m benchmarks service --persons 10"
