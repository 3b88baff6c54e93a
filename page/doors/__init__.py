"""Between the network and the page: what comes in, whose it is, whose turn it is."""
