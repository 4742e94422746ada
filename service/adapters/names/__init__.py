"""One names index for all processes of a server: a process holds it, the others ask.

- `answering`: the side that holds the index
- `asking`: the side of a process that serves
- `wire`: what they say to each other, and the address of their socket
"""
