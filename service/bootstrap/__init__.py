"""The only place where parts are wired together: settings in, working services out."""
