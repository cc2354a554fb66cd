"""The façade that pages and routes call: check the permission, act, write to the access log.

Every function that takes a `Desk` raises, beside what it says itself:

- ``PermissionDenied``: The agent may not, or has signed out.
- ``ConnectorOff``: The service is not configured or switched off; nothing was sent.
- ``SignInRequired``: The agent must connect a service first; the error's ``service`` says which.
- ``ServiceError``, ``ServiceUnreachable``: What the service answered; no answer.
- ``StoreError``: The database did not answer, or the act could not be logged.
"""
