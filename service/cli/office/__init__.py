"""Commands of the office: purges by plan, and the scanning station of old records.

- `conversion`: `identlink conversion`: pictures in a folder become frames of a lot
- `retention`: `identlink retention`: plans of a purge, counted again, released, carried out
"""
