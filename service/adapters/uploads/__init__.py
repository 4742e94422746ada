"""Documents of applicants: read in a process with limits, and scanned for malware.

- `checking`: documents checked, and their pages drawn, as the service calls it
- `clamd`: ClamAV over the socket of its daemon
- `pages`: pages of PDFs as pictures; runs in the child process
- `pdfs`: PDFs without anything that acts; runs in the child process
- `pictures`: pictures, read and drawn again; runs in the child process
- `tasks`: the calls that the child process answers
"""
