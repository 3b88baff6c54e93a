"""What computes activations and gradients: torch, OpenVINO, and the choice between them."""
