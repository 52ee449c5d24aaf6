"""Exact answers for distributions: tables, their information, their decomposition, the solver."""
