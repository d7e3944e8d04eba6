"""What the pages of agreement show, and how it is worked out."""
