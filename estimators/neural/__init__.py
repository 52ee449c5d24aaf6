"""What networks share: features as they are read, and how they are trained."""
