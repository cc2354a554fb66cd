"""The connector as its administrator sees it: settings, the connection test, prerequisites, import from Intune."""
