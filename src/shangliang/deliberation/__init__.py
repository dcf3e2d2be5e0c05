"""共协商 (deliberation): from a topic through investigation and meeting to what was agreed, and what people say online."""
