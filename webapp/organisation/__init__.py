"""Authorities, teams and cohorts, and how people come to be in them."""
