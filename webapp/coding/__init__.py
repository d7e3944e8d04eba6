"""Coding by hand, blind to the machine: segments, codings, double coding and what was agreed."""
