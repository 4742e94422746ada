"""A gallery whose parts are held by other processes, two replicas each."""
