"""Build research panels: one row a unit and year, with the programmes that applied to it."""
