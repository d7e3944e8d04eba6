"""Reads recordings and what hangs on them: never without the person who asks, but where a worker does."""
