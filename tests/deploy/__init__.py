"""Tests of what a host installs."""
