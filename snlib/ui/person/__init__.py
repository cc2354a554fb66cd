"""The page Troubleshooting: find a person, and see their incidents, devices and groups."""
