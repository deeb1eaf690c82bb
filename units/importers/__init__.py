"""The lists of units that can be brought in from spreadsheets; see core.importing."""
