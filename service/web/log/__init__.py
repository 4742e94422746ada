"""The log as auditors read it.

- `audit`: the log as auditors read it
"""
