"""Whether what two sources share is what the task needs."""
