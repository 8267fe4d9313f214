"""Processes that open untrusted files: started, limited in rights, time and memory, and given their turn."""
