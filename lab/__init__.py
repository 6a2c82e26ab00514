"""The course's models and experiments: what the notebooks import."""
