"""A person as an agent sees them: found, opened, matched to a caller; incidents, devices and groups."""
