"""Layers that users bring: opened, and on a server compared, in processes of their own."""
