"""What other systems are told, and who may ask."""
