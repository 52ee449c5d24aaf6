"""Answers as text in the width that there is, one file for each kind of answer."""
