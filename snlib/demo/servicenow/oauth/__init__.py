"""OAuth as ServiceNow serves it: registered applications, authorization codes, tokens."""
