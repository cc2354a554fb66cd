"""What every request passes, and the small pages it may be answered with."""
