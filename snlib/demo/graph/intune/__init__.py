"""The part of Graph that is Intune: managed devices, the connector's record, rights."""
