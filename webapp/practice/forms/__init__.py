"""Forms about recordings."""
