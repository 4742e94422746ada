"""The identlink service: everything that combines the engines for users."""
