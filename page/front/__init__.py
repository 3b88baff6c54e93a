"""What stands on the page: its pieces, scripts and look."""
