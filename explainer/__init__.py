"""From a classifier and a picture to an explanation: our core."""
