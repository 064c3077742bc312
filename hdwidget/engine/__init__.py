"""What drives experiments: a thread with an asyncio loop, and on it a controller for each run."""
