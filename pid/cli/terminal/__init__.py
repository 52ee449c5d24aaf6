"""Answers as text of at most 80 columns, one file for each kind of answer."""
