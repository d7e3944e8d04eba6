"""Practice recordings: brought in, worked on, read, put right, shared and deleted by the person whose they are."""
