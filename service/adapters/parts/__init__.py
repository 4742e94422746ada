"""A gallery held in parts by other processes, on this host or on others.

- `deadlines`: questions to what may never answer: each is asked in a thread of its own and has a
  deadline
- `parted_index`: a gallery in parts that are held elsewhere: who holds them, what they are sent,
  searches
- `parts_hosting`: which host holds which replica, and moving to another answer while searches go
  on
- `parts_opening`: opens the cluster that holds the gallery in parts, where the extra `scale` is
  installed
- `ray_gallery`: the parts of a gallery as actors of a Ray cluster. Here alone Ray is imported
"""
