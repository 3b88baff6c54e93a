"""Networks with a head that a visitor taught: the same backbone, another linear layer."""
