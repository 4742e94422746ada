"""A gallery held in parts by other processes, on this host or on others.

- `deadlines`: questions to what may never answer: each is asked in a thread of its own and has a
  deadline
- `parted_cohort`: the cohort of a gallery in parts: drawn by each part, joined and kept here
- `parted_index`: a gallery in parts that are held elsewhere: who holds them, what they are sent,
  searches
- `parts_hosting`: which host holds which replica, and moving to another answer while searches go
  on
- `parts_layout`: the replicas of a gallery as they were heard last, and the map of parts that they
  make
- `parts_opening`: opens the cluster that holds the gallery in parts, where the extra `scale` is
  installed
- `ray_gallery`: the parts of a gallery as actors of a Ray cluster. Here alone Ray is imported
"""
