"""What Graph's query options mean: ``$select``, ``$filter``, ``$search``, ``$orderby`` and paging."""
