"""What other systems get to know: completions as a file, as statements to a record store, and through an API."""
