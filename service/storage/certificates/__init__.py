"""Certificates, written once; whether one is still valid is read from the rows that it relies
on."""
