"""What is known of learners and of schools, held against a targeting model."""
