"""Which rows the records of the plan files become."""
