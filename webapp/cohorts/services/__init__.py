"""What is known of a cohort."""
