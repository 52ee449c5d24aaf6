"""From what users hold to named columns, and from text to files: the border of the package."""
