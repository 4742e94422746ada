"""The house measured and drawn from its code: `python -m benchmarks house`.

- `arrows`: imports between files, floors and rooms
- `command`: the command and its options
- `committed`: files that a command writes and `make check` compares
- `drawing`: the few SVG shapes of the picture
- `driver`: the application of one checkout, traced or timed; a script of its own
- `layout`: the declaration of packages, floors and rooms
- `limits`: the limits that the tests hold the code to
- `measures`: all measurements, as a table and as JSON
- `messages`: every literal error message
- `notice`: NOTICE, with the licences of the packages that the service is built on
- `packages`: package docstrings: the first line, and the list of modules
- `picture`: floors, rooms and arrows as one SVG
- `prose`: how often docstrings use the words that the style avoids
- `rooms`: the rooms of each floor, and the tables of them in the documents
- `sizes`: folders, lines and functions
- `sources`: Python files, read and parsed once
- `trails`: functions, files and moves of a traced search
- `walk`: one served search followed through the rooms, and timed beside another checkout
"""

from benchmarks.house.command import main

__all__ = ["main"]
