"""Tests of what the server does for the experiments."""
