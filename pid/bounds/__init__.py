"""Half-labelled data: what three pair marginals leave open."""
