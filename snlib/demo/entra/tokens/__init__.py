"""The tokens of the demo Entra: the grants they are given for, their scopes and claims, the key that signs them."""
