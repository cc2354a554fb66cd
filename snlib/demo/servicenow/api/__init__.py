"""ServiceNow's REST APIs: tables, aggregates, the signed-in user."""
