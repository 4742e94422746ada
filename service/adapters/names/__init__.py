"""One names index for all processes of a server: a process holds it, the others ask."""
