"""An identity provider that signs people in: its settings, keys, tokens and sign-outs."""
