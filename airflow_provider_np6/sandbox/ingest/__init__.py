"""Import executions: from an uploaded file to targets, as a stream."""
