"""What is asked of data: how much, which pairs, which model, what without labels, what differs."""
