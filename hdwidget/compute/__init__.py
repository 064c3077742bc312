"""Where trials are evaluated: coroutines, threads and processes of this machine."""
