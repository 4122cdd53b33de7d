"""A private desk for tests: screen, window manager, buses, sound, print queues and keyring, with eyes, hands and ears.

Start at ``tests.world.world`` (the desk itself) or ``tests.world.fixtures`` (the same as pytest fixtures).
"""
