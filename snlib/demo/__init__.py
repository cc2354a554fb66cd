"""The demo instance: a stand-in for ServiceNow, Entra and Microsoft Graph behind one loopback address.

It is started as a process of its own (``python -m snlib.demo``) and reached by URL only, like the real thing. It
imports nothing of the rest of the library and evaluates encoded queries with a parser of its own, so that a test
against it compares the client with the vendor's documented behaviour and not with itself.
"""
