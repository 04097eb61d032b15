"""`np6 demo`: a real Airflow DAG syncs a made-up warehouse into the NP6 sandbox, and the result is checked.

`show` is the order of events; `places` says where the files are; `contacts` and `changes` make the warehouse;
`truth` reads from the warehouse what NP6 must hold, without the sync engine; `equality` compares; `processes`
starts the sandbox and the `runner`, the only process that imports Airflow.
"""
