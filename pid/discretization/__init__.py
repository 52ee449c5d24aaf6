"""Columns become codes: symbols, quantile bins, clusters; classes of y; counts of cells."""
