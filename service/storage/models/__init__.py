"""The evidence models in use, and how the distribution of their scores is monitored."""
