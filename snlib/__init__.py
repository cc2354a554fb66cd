"""A helpdesk dashboard for ServiceNow: the library under the pages."""
