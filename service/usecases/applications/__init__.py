"""Applications by the public: drafted, sent, followed, and shown to case officers."""
