"""The experiments of the page, one file each under its own name, and what several of them share."""
