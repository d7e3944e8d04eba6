"""Reads people, teams, cohorts and the audit trail of one authority."""
