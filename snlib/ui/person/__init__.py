"""The page Troubleshooting: find a person, and what is seen of them."""
