"""The exchange with other States: partners, messages, surveys, exemptions and the register."""
