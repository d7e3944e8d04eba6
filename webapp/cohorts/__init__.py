"""Cohorts as their trainers see them get on: training, recordings, coaching. Nobody is ranked."""
