"""The identity provider through which people sign in: its settings, keys, tokens and sign-outs."""
