"""A force's pages: searches and names enquiries.

- `force`: a force's pages: its searches, what became of them, and a new one
- `names`: a force's names enquiry: who it may be by details alone, in words
- `submission`: a search as a force's form sends it: a file of the capture, and what the person
  said
"""
