"""What trainers do for group supervision. Every service takes the person who asks."""
