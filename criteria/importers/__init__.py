"""The lists of titles and registrations that can be brought in; see core.importing."""
