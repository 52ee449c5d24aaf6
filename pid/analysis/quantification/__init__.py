"""From X1, X2 and y to one answer that can be judged."""
