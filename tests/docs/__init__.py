"""Documentation that cannot lie: what the pages say is compared with the code."""
