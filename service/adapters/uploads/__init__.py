"""Documents of applicants, read in a process with limits and scanned for malware."""
