"""Which classifiers there are, and how they come to life."""
