"""The sync engine: no network, no Airflow, no environment; clock and randomness are handed in."""
