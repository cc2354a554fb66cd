"""The migrations, one in each module, oldest first by name."""
