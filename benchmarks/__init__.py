"""How fast, how small and how exact SeeWhy is, side by side with the packages that people would use otherwise."""
