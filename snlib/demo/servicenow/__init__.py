"""The demo ServiceNow: OAuth, the Table and Aggregate APIs, and the pages an administrator uses."""
