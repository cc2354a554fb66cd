"""The connector to a ServiceNow instance: its settings, their checks, and the test of the connection."""
