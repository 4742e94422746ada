"""Applications of the public: drafted, sent, followed, and shown to case officers."""
