"""A host's own networks: files are read without running them, recognised, rebuilt and kept beside the built-in ones."""
