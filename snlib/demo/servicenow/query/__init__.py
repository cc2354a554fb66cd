"""The demo instance's own reading of encoded queries: text → ``parser`` → ``nodes`` → ``compiler`` → SQL.

It is written from the vendor's documentation and shares nothing with the dashboard's query builder, so that a test of
the one against the other shows that both follow ServiceNow.
"""

from __future__ import annotations

from snlib.demo.servicenow.query.compiler import Compiled, compile_query
from snlib.demo.servicenow.query.joins import Place
from snlib.demo.servicenow.query.parser import DROPPED_OPERATORS, OPERATORS, parse

__all__ = ["DROPPED_OPERATORS", "OPERATORS", "Compiled", "Place", "compile_query", "parse"]
