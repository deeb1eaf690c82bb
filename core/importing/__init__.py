"""Lists brought in from spreadsheets: read, checked, previewed, written all or nothing, undone.

Nothing here knows what a list is about: an app declares its `kinds.ImportKind`s when it starts.
"""
