"""The façade the pages call: decide whether the agent may, do it, write it down."""
