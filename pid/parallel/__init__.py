"""Long work in parts, here or on a cluster, and the folder that finished parts are kept in."""
