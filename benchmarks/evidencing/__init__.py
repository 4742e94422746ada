"""How good the evidence is: the parts of `python -m benchmarks evidence`.

`strata` who belongs where · `accuracy` searches of known answer, observed · `report` rows and
plots · `febrl` pairs beside Splink and recordlinkage · `speed` scoring beside Splink.
"""
