"""What can be done with recordings. Every service takes the person who asks."""
