"""Made-up devices: Intune's and the computers that ServiceNow knows."""
