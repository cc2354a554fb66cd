"""The façade that pages and routes call: check the permission, act, write to the access log."""
