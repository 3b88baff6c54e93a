"""What computes a map's ingredients: torch, OpenVINO, and which of them answers."""
