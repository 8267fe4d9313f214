"""A register of projects with place, kind, stage, money and dates, and balances of reserve banks."""
