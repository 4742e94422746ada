"""Requests: somebody asks about a person; what may leave is decided, and said on record.

- `assessing`: what is held of the person, what was computed of it, and what may leave
- `clocks`: due days and pauses, computed from the log of a request and its kind's rule
- `deciding`: proposals, decisions and second readings, and the disclosure that follows
- `identifying`: who the person is: searches, their candidates, and what they come to
- `kind`: what a kind of request is: data and three functions
- `kinds`: the kinds of requests, one module each
- `notices`: acknowledgements, and what recipients must hear of later changes
- `opening`: requests received
- `reading`: requests as case officers and auditors read them
- `spent`: whether convictions of the record are spent: their facts as the rules take them
- `stepping`: steps of the state machine, each an entry and an event
"""
