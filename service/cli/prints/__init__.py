"""Files of prints at the command line.

- `importing`: `identlink import-nist`: transactions of ANSI/NIST-ITL enrolled in bulk
"""
