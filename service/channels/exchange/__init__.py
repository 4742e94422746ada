"""Messages to and from other States: signed over HTTP, or as files in a drop folder."""
