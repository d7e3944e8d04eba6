"""Rebuilds and measures what the engine has learned: coding models, the voice encoder, sample recordings."""
