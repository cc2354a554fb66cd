"""What an agent does about a person: find, open, match to a caller; read incidents, devices and groups."""
