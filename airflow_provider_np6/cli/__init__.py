"""The command line: what a person types. Airflow, DuckDB and the sandbox are imported when a command runs."""
