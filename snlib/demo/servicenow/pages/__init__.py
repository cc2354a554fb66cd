"""ServiceNow's HTML pages: login, records, the Application Registry, CORS rules, tokens."""
