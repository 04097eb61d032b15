"""NP6 over HTTP: one noun a file, one definition of each call, two drivers. Knows nothing of Airflow or the
engine.
"""
