"""What each map shows: layers, legend and view of a programme, of overlays, indicators, projects and lists."""
