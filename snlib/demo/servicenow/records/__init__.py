"""Records of ServiceNow's tables: how they are read, shown and written."""
