"""The connector for its administrator: settings, the connection test, prerequisites, import from Intune."""
