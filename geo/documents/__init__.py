"""A policy document -> a draft programme: zones, members, tasks and areas, each with its place in the document."""
