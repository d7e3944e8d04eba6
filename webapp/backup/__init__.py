"""Backups: one file with everything that is kept, from which the platform can be made again, on either database."""
