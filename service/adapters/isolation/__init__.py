"""Work on bytes from outside, done in a process of its own with limits.

- `child`: the process: it lowers its own limits, then answers one call after another
- `frames`: how a call and its answer travel over the pipes
- `limits`: how long, how much memory and how many pixels
- `worker`: starts the process, asks it, ends it when it is late, and starts another
"""
