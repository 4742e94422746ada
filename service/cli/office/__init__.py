"""Commands of the office: its pages for the public, and purges by plan.

- `public`: `identlink public`: the pages for the public, a process apart from the office's
- `retention`: `identlink retention`: plans of a purge, counted again, released, carried out
"""
