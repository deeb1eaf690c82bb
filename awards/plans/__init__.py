"""The plan files: `files` reads them, `checks` judges them, `loader` writes them.

What a record says stands in `records/`, which rows it becomes in `rows/`, by the same subjects.
"""
