"""Courses, exercises and what people have learnt."""
