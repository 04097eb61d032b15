"""Airflow meets NP6."""
