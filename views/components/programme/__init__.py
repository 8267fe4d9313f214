"""Parts that show one programme: its facts and dates, its tasks, examples of questions to it."""
