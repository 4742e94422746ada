"""Work on bytes from outside, done in a separate process with limits.

- `child`: the process: it lowers its own limits, locks itself in, then answers calls
- `confinement`: the locks: no file, no network, no other process
- `frames`: how a call and its answer travel over the pipes
- `limits`: how long, how much memory and how many pixels
- `worker`: starts the process, asks it, ends it when it costs too much, and starts another
"""
