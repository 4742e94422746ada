"""Servers and workers as processes.

- `http_protocol`: HTTP/1.1 in bounds: few connections, short waits, and one reading of each head
- `http_server`: the HTTP server of a process: its address, its connections, its settings, its
  end
- `names_process`: the process that holds the names for all processes of a server, which ask it
- `serve`: `identlink serve`: the HTTP API as a process that another program can start and drive
- `server_group`: several processes that serve behind one listening socket, and the one that
  looks after them
- `server_process`: one of several processes that serve behind one listening socket
- `worker`: `identlink worker`: works batches and sends webhooks. Run one for each core
- `working`: the loops of a worker: rounds of work until it is told to stop, or until nothing is
  left
"""
