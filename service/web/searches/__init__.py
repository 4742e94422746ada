"""A force's pages: searches and names enquiries.

- `files`: files of prints on the form of a new search: looked at first, then searched with
- `finding`: find a person on record by name, birth or number: the one picker of all forms
- `force`: a force's pages: its searches, their outcomes, and a new one
- `names`: a force's names enquiry: possible people only by details, in words
- `submission`: a search as a force's form sends it: a file of the capture, and the stated
  details
"""

from __future__ import annotations

from service.web.searches import finding, force, names

ROUTERS = (force.router, names.router, finding.router)
