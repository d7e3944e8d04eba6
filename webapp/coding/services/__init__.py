"""What people do when they code by hand."""
