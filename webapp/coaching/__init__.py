"""Coaching: what trainers make of the recordings that are shared with them."""
