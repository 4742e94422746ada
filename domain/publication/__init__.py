"""Figures of the office: countable facts, releases of them, and answers to the public.

- `answers`: answers to requests for information that the office holds
- `facts`: countable facts, given when something is received or ends
- `releases`: frozen releases of a quarter
"""
