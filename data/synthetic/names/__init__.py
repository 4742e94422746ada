"""Names of several origins."""
