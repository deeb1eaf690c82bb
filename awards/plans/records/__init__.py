"""What a record of the plan files may say, and what it must."""
