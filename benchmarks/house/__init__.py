"""The house drawn and listed from its code: `python -m benchmarks house`.

- `command`: the command and its options
- `layout`: the declaration of packages, floors and rooms; files that are written from the code
- `messages`: every literal error message
- `notice`: NOTICE, with the licences of the packages that the service is built on
- `picture`: floors, rooms and arrows as one SVG
- `rooms`: the rooms of each floor, and the tables of them in the documents
- `sources`: Python files, read and parsed once, their imports and lists
- `walk`: one served search followed through the rooms
"""

from benchmarks.house.command import main

__all__ = ["main"]
