"""Documents of applicants: read in a process with limits, and scanned for malware.

- `checking`: the checker as the service calls it
- `clamd`: ClamAV over the socket of its daemon
- `pdfs`: PDFs without anything that acts; runs in the child process
- `pictures`: pictures, read and drawn anew; runs in the child process
- `tasks`: the call that the child process answers
"""
