"""The other pages: Home, the connector, counts, the access log, Your access."""
