"""The identlink service: everything that joins the engines for its users."""
