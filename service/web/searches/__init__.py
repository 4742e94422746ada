"""A force's pages: searches and names enquiries.

- `force`: a force's pages: its searches, what became of them, and a new one
- `names`: a force's names enquiry: who it may be by details alone, in words
- `submission`: a search as a force's form sends it: a file of the capture, and what the person
  said
"""

from __future__ import annotations

from service.web.searches import force, names

ROUTERS = (force.router, names.router)
