"""Exchange with other States: partners, messages out and in, surveys, exemptions, the register."""
