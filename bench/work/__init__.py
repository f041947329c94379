"""Programs that the rows start, each in a process of its own. They print one JSON object."""
