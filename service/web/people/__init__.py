"""A supervisor's pages on the gallery.

- `gallery`: a supervisor's pages on the gallery itself: probable duplicates, exchanged fingers
"""
