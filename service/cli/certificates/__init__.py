"""`identlink certificate`: certificates checked without a store and without a connection.

- `commands`: the commands
"""
