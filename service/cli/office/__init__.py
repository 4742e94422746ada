"""Commands of the office: purges by plan.

- `retention`: `identlink retention`: plans of a purge, counted again, released, carried out
"""
