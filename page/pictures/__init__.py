"""Taking pictures in: formats, decoding, colour."""
