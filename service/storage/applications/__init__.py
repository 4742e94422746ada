"""Applications of the public: drafts that may go, and sent applications, which stay."""
