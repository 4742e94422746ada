"""`identlink exchange`: other States, what they are told, and whether all of it was.

- `commands`: the commands
- `figures`: a reconciliation as JSON values and as sentences
"""
