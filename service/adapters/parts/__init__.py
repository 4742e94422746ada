"""A gallery whose parts are held by other processes, on this host or on others."""
