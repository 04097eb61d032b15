"""Operators: each one a task of a DAG, thin over the engine."""
