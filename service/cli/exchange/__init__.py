"""`identlink exchange`: other States, messages to them, and the check that all were sent.

- `commands`: the commands
- `figures`: a reconciliation as JSON values and as sentences
"""
