"""How far people who code by hand agree, with each other and with the machine."""
