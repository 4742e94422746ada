"""The endpoints, by who calls them: `all_routers` lists them once."""
