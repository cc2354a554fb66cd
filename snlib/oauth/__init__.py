"""OAuth 2.0 with ServiceNow as the authorization server: each agent connects with his own account."""
