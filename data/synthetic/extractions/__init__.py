"""Simulated extractions: minutiae of drawn fingers with the faults of extractors, without images.

Made in thousands where drawing and reading images would take days: vectors are fitted on them.
Never a measure of accuracy, which only real prints give.

- `faults`: every constant of the faults, with its unit
- `fingers`: drawn fingers bent, mirrored and thinned into new ones, and put into an image
- `reading`: one impression of a finger as an extractor would read it
- `skins`: the minutiae and ridge flow of a drawn finger, about its middle
"""
