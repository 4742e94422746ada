"""Shared parts of the benchmarks of candidate search.

`datasets` galleries and queries · `truth` exact ranks · `timing` medians and rates · `rivals`
other people's indexes · `single_thread` a separate process with one thread.
"""
