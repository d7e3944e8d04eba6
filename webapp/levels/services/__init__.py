"""What can be done with levels and sign-offs."""
