"""What a service asks for before somebody is signed off, how far people are, and who signed."""
