"""Connecting the two services: OAuth round trips, and requests with the agent's own token."""
