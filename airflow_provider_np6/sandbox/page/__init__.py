"""The sandbox's page as HTML: every value is escaped where it enters, nothing is loaded from elsewhere."""
