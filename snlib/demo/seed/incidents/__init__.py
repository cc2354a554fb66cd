"""Made-up incidents: what is reported, by whom, and what becomes of it."""
