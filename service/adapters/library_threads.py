"""Keeps libraries from starting their own threads."""

from threadpoolctl import threadpool_limits


def use_one_thread_each() -> None:
    """Keep linear algebra on the calling thread, from now on and in the whole process.

    Requests, workers and the shares of a batch already run in parallel. OpenBLAS would use one
    thread for each core even for small products; a batch of mark searches then took half as much
    processor time again. (`indexing.codes.vector_index` keeps FAISS on one thread, because that
    setting belongs to each thread.)
    """
    threadpool_limits(limits=1, user_api="blas")
