"""Servers and workers as processes.

- `descriptors`: how many connections a process can hold with the file descriptors that it may
  open
- `http_protocol`: HTTP/1.1 in bounds: few connections, short waits, and one reading of each head
- `http_server`: the HTTP server of a process: where it listens, how it runs, how it ends
- `serve`: `identlink serve`: the HTTP API as a process that another program can start and drive
- `server_group`: several processes that serve behind one listening socket, and the one that
  looks after them
- `server_process`: one of several processes that serve behind one listening socket
- `worker`: `identlink worker`: works batches, tells forces by webhook. Run as many as there are
  cores
- `working`: the loops of a worker: rounds of work until it is told to stop, or until nothing is
  left
"""
