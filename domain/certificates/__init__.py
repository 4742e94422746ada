"""Certificates for people: outcome, content, number, and standing later on."""
