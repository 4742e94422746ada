"""Records of minutiae.

- `iso19794_2`: finger minutiae records of ISO/IEC 19794-2:2011, without certification or
  extended data
"""
