"""Commands of the office: its pages for the public, certificates, exchange, purges, and others."""
