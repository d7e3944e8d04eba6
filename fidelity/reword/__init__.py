"""Other ways of putting it."""
from fidelity.reword.person import swap_person
from fidelity.reword.reflect import reflect
