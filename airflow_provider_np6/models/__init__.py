"""What NP6 knows, as frozen values: no network, no Airflow."""
