"""A gallery held in parts by other processes, on this host or on others."""
