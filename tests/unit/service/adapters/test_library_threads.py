"""Linear algebra runs on the calling thread, whatever the environment variables."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import faiss, numpy, sklearn
from threadpoolctl import threadpool_info
from service.adapters.surroundings import use_one_thread_each

def threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

before = threads()
use_one_thread_each()
print(max(before), threads())
"""


def test_linear_algebra_is_kept_on_one_thread() -> None:
    many = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "3")

    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **many},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "3 {1}\n"
