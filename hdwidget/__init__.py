"""Hyperparameter tuning in notebooks: HyperDrive's API, local-first and open."""
