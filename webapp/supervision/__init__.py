"""Group supervision: packs of moments that were shared for teaching, and a record of what was held."""
