"""The quality of evidence: the parts of `python -m benchmarks evidence`.

`strata` the strata of people and searches · `accuracy` observed searches of known answer ·
`report` rows and plots · `febrl` pairs beside Splink and recordlinkage · `speed` scoring beside
Splink · `service_speed` scoring as the service calls it · `labelled` names enquiries among people
of files · `origins` names enquiries by origin of the name · `laws` other laws of templates ·
`other_laws` evidence under them.
"""
