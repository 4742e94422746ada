"""Extractors of minutiae and quality meters. Their libraries are the extra `prints`.

Public names: `extractors.minutia_extractor`, `extractors.quality_meter`,
`extractors.EXTRACTOR_NAMES`. All of this may run native code on untrusted images: call it in a
process that may be killed.
"""
