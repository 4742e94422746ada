"""`identlink demo` shows the main work; `identlink sandbox` is for developers of a client."""
