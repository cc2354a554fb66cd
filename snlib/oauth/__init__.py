"""The dashboard as an OAuth 2.0 client of ServiceNow and Microsoft Graph: each agent connects their own account."""
