"""What three sources and more say about a target: from data to all numbers."""
