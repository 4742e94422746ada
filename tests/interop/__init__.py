"""Against counterparts that nobody here wrote: poolers, balancers, proxies.

`make test-interop` runs them; a counterpart that is missing fails its tests by name.
"""
