"""What outlives a run: the snapshot, the journal of an open run, reports. Any file system that Airflow can reach."""
