"""Sign-ins, sessions, tokens and clients."""
