"""Exchange with other States: notifications owed to them, messages received, and checks."""
