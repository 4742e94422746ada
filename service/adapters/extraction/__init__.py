"""Extractors of minutiae and meters of quality; their libraries are the extra `prints`.

Public names: `extractors.minutia_extractor`, `extractors.quality_meter`,
`extractors.EXTRACTOR_NAMES`. Everything here may run native code on foreign images: call it in a
process that may be ended.
"""
