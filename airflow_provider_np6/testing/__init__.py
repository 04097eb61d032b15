"""For teams that test their own DAGs: pytest fixtures with a running sandbox; see `plugin`."""
