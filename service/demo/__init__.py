"""`identlink demo`: the main work from start to end; `identlink sandbox`: a store to develop a
client against.
"""
