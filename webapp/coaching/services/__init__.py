"""What can be done when somebody is coached."""
