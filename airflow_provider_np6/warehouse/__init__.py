"""Rows from where the user keeps them: any database that Airflow has a hook for, or a file."""
