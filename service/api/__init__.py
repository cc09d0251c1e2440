"""The HTTP interface: validate, call, present."""
