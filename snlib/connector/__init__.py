"""The connector to a ServiceNow instance: its settings, their checks, and its connection tests."""
