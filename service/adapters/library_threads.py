"""Keeps libraries from starting threads of their own."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def use_one_thread_each() -> None:
    """Keep linear algebra on the calling thread, from now on in the whole process.

    Requests, workers and the shares of a batch are parallel already. OpenBLAS would use a thread
    for each core at every small product; a batch of mark searches then took half as much
    processor time again. (FAISS is kept on one thread in `indexing.vector_index`: its setting
    belongs to each thread.)
    """
    threadpool_limits(limits=1, user_api="blas")
