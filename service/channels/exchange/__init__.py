"""Messages to other States, and from them: signed over HTTP, or as files in a drop folder."""
