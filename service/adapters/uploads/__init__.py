"""Documents of applicants: read in a process with limits, and scanned for malware.

- `checking`: documents checked, and their pages drawn, as the service calls it
- `clamd`: ClamAV over the socket of its daemon
- `pdfs`: PDFs without anything that acts, and their pages as pictures; runs in the child process
- `pictures`: pictures, read and drawn anew; runs in the child process
- `tasks`: the calls that the child process answers
"""
