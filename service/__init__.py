"""The identlink service: settings, ports, use cases, storage, API, command line."""
