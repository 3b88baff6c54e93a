"""Facts about the 1,000 ImageNet classes that no library has: plain names, and groups of classes."""
