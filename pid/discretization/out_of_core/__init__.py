"""Columns that stay where they are, in a file or on a cluster: only counts of their cells come."""
