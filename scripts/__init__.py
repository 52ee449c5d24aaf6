"""Scripts that reproduce figures and tables; run them as ``python -m scripts.NAME``."""
