"""How each code is marked on the page: letters, a shape and a colour, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass

# Rows of shapes in the timeline, from top to bottom: above the bars the practitioner's, below them the client's.
ABOVE = ("Affirming, sharing", "Reflections", "Questions", "Information", "Persuade, confront")
BELOW = ("Change talk", "Sustain talk")


@dataclass(frozen=True, slots=True)
class Mark:
    """The look of one code. ``row`` is its row in the timeline; codes without a row are left out there."""

    letters: str
    family: str
    glyph: str
    symbol: str
    row: str | None = None


# ``family`` picks the colour in page.css; ``symbol`` is Plotly's name of the shape that ``glyph`` draws in text.
MARKS = {
    "SR": Mark("SR", "reflection", "●", "circle", "Reflections"),
    "CR": Mark("CR", "reflection", "●", "circle", "Reflections"),
    "OQ": Mark("OQ", "question", "■", "square", "Questions"),
    "CQ": Mark("CQ", "question", "■", "square", "Questions"),
    "GI": Mark("GI", "input", "◆", "diamond", "Information"),
    "PwP": Mark("PwP", "input", "◆", "diamond", "Information"),
    "Persuade": Mark("Pe", "look", "⬢", "hexagon", "Persuade, confront"),
    "AF": Mark("AF", "adherent", "★", "star", "Affirming, sharing"),
    "Seek": Mark("Se", "adherent", "★", "star", "Affirming, sharing"),
    "Emphasize": Mark("Em", "adherent", "★", "star", "Affirming, sharing"),
    "Confront": Mark("Co", "look", "⬢", "hexagon", "Persuade, confront"),
    "NC": Mark("NC", "none", "○", "circle"),
    "change": Mark("CT", "client", "▲", "triangle-up", "Change talk"),
    "sustain": Mark("ST", "client", "▼", "triangle-down", "Sustain talk"),
    "neutral": Mark("N", "none", "○", "circle"),
}
