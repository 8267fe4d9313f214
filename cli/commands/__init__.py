"""The commands, one module each; a module defines ``add_options(parser)`` and ``run(arguments)``."""
