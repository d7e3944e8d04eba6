"""The forms of people and places."""
