"""The demo Microsoft Graph: users, photos, groups, licences, managed devices and Intune's ServiceNow connector.

Queries are parsed and evaluated here, by rules documented for Graph; what is refused there is refused here with the
same status and code, so that a client finds out early which header or option it forgot.
"""
