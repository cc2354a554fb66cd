"""An incident log (CSV) loaded beside the made-up data."""
