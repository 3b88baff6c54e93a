"""Teaching a network things of one's own: a linear head on its pooled features, and what that head went by."""
