"""The dashboard's own database: SQLite by default, PostgreSQL when several replicas run."""
