"""Apache Airflow provider for NP6 CM."""
