"""Coding by hand: how it is kept, counted, compared and exchanged."""
