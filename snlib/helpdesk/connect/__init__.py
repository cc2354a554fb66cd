"""The way to the two services: OAuth round trips, and asking with the agent's own token."""
