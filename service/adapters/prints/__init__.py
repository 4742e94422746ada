"""Print files and their minutiae, read and extracted in a process with limits."""
