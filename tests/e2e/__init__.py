"""A package, so that the server and the browser end with the last of its tests.

Playwright's event loop runs in the main thread until then, where no other test could run one.
"""
