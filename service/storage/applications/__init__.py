"""Applications from the public: drafts, which may be deleted, and sent applications."""
