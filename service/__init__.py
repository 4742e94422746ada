"""The identlink service: combines the engines (search, evidence, prints, rules) for users."""
