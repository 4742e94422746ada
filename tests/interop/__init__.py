"""Against programs that nobody here wrote: poolers, balancers, proxies, linters, Prometheus.

`make test-interop` runs them; one that is missing fails its tests by name.
"""
