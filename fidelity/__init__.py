"""Changetalk's fidelity engine: a recording in, a coded transcript, scores and coaching feedback out."""
