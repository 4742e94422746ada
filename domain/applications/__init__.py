"""Applications of the public: forms declared as data, the answers in them, and their state."""
