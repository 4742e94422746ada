"""Commands of the office: public pages, certificates, exchange, purges and others."""
